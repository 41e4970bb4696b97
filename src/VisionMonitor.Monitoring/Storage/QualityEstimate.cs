using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>
/// What a version's quality on a run's window was estimated to be. Before any label of it is looked at, and never again when labels come; only what rests on
/// some labels of the window (<see cref="EstimateMethods.Labels"/>) is written anew with each of them, until all have come.
/// </summary>
public sealed class QualityEstimate
{
    public long RunId { get; set; }

    public long ModelVersionId { get; set; }

    /// <summary>The metric that labels would measure; an id of <see cref="MetricNames"/>.</summary>
    public required string Metric { get; set; }

    /// <summary>How it was estimated; an id of <see cref="EstimateMethods"/>.</summary>
    public string Method { get; set; } = EstimateMethods.Confidence;

    public double Value { get; set; }

    /// <summary>Lower end of the 95 % interval in which the measured value is expected.</summary>
    public double Low { get; set; }

    public double High { get; set; }

    /// <summary>Images, or predicted objects, that it rests on.</summary>
    public long Count { get; set; }

    /// <summary>Labelled baseline images that taught it.</summary>
    public long ReferenceCount { get; set; }

    /// <summary>Why it cannot be relied on here, in a sentence; null where nothing speaks against it.</summary>
    public string? Distrust { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<QualityEstimate>
    {
        public void Configure(EntityTypeBuilder<QualityEstimate> entity)
        {
            entity.HasKey(estimate => new { estimate.RunId, estimate.ModelVersionId, estimate.Metric, estimate.Method });
            entity.Property(estimate => estimate.Metric).HasMaxLength(48);
            entity.Property(estimate => estimate.Method).HasMaxLength(24);
            entity.Property(estimate => estimate.Distrust).HasMaxLength(300);
            entity.HasOne<Run>().WithMany().HasForeignKey(estimate => estimate.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
