using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>From when a version was the one in production. It lasts until the next deployment of the project.</summary>
public sealed class Deployment
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public long ModelVersionId { get; set; }

    public DateTimeOffset DeployedAt { get; set; }

    public string Note { get; set; } = "";

    internal sealed class Mapping : IEntityTypeConfiguration<Deployment>
    {
        public void Configure(EntityTypeBuilder<Deployment> entity)
        {
            entity.HasIndex(deployment => new { deployment.ProjectId, deployment.DeployedAt });
            entity.Property(deployment => deployment.Note).HasMaxLength(500);
            entity.HasOne<Project>().WithMany().HasForeignKey(deployment => deployment.ProjectId).OnDelete(DeleteBehavior.Cascade);
            entity.HasOne<ModelVersion>().WithMany().HasForeignKey(deployment => deployment.ModelVersionId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
