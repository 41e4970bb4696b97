using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>A named, fixed set of images of a project, such as its baseline.</summary>
public sealed class ImageSet
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public required string Name { get; set; }

    /// <summary>How the set came about, for people to read; the import's read report.</summary>
    public string Description { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ImageSet>
    {
        public void Configure(EntityTypeBuilder<ImageSet> entity)
        {
            entity.Property(set => set.Name).HasMaxLength(200);
            entity.HasIndex(set => set.ProjectId);
            entity.HasOne<Project>().WithMany().HasForeignKey(set => set.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
