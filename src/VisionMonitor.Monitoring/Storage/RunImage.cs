using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One image of a run's sample.</summary>
public sealed class RunImage
{
    public long RunId { get; set; }

    public long ImageId { get; set; }

    /// <summary>Place in the sample, from 0. Sums run in this order, so that they give the same bits on any number of workers.</summary>
    public int Ordinal { get; set; }

    /// <summary>The probability with which this image got into the sample, above 0 and at most 1.</summary>
    public double InclusionProbability { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<RunImage>
    {
        public void Configure(EntityTypeBuilder<RunImage> entity)
        {
            entity.HasKey(member => new { member.RunId, member.ImageId });
            entity.HasIndex(member => new { member.RunId, member.Ordinal }).IsUnique();
            entity.HasIndex(member => member.ImageId);
            entity.HasOne<Run>().WithMany().HasForeignKey(member => member.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
