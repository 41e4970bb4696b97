using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>The connection of a project to a tool in which people label; one of each kind. Its settings are encrypted at rest.</summary>
public sealed class LabelTool
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    /// <summary>The id of a tool: "cvat" or "roboflow".</summary>
    public required string Kind { get; set; }

    /// <summary>JSON of the tool's settings, encrypted with Data Protection.</summary>
    public required string ProtectedSettings { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<LabelTool>
    {
        public void Configure(EntityTypeBuilder<LabelTool> entity)
        {
            entity.HasIndex(tool => new { tool.ProjectId, tool.Kind }).IsUnique();
            entity.Property(tool => tool.Kind).HasMaxLength(32);
            entity.HasOne<Project>().WithMany().HasForeignKey(tool => tool.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
