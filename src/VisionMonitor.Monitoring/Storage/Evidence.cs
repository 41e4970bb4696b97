using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>The comparison of one image's truth with one version's prediction. Every number on every screen is a weighted summary of these.</summary>
public sealed class Evidence
{
    public long ImageId { get; set; }

    public long ModelVersionId { get; set; }

    /// <summary>The label revision that was compared; older than the image's own means "compare again".</summary>
    public int LabelRevision { get; set; }

    /// <summary>The evidence in the binary form of its evaluation.</summary>
    public required byte[] Content { get; set; }

    /// <summary>How well this one image was answered, 0 (all wrong) to 1 (all right); orders galleries.</summary>
    public double ImageScore { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Evidence>
    {
        public void Configure(EntityTypeBuilder<Evidence> entity)
        {
            entity.HasKey(evidence => new { evidence.ImageId, evidence.ModelVersionId });
            entity.HasIndex(evidence => evidence.ModelVersionId);
            entity.HasOne<Image>().WithMany().HasForeignKey(evidence => evidence.ImageId).OnDelete(DeleteBehavior.Cascade);
            entity.HasOne<ModelVersion>().WithMany().HasForeignKey(evidence => evidence.ModelVersionId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
