using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One number of a run: quality, image properties, latency or volume. Written by key, so writing it twice is writing it once.</summary>
public sealed class RunMetric
{
    public long RunId { get; set; }

    /// <summary>0 for numbers of the images themselves, which belong to no version.</summary>
    public long ModelVersionId { get; set; }

    /// <summary>An id of <see cref="MetricNames"/>.</summary>
    public required string Metric { get; set; }

    /// <summary>Class index; −1 for all classes together.</summary>
    public int ClassIndex { get; set; } = AllClasses;

    /// <summary>Camera; empty for all cameras together.</summary>
    public string Camera { get; set; } = "";

    /// <summary>Null where the number is not defined, with the reason in <see cref="UndefinedBecause"/>.</summary>
    public double? Value { get; set; }

    /// <summary>95 % bootstrap interval; null where there is none.</summary>
    public double? Low { get; set; }

    public double? High { get; set; }

    /// <summary>What it rests on: images, or truth objects of the class.</summary>
    public long Count { get; set; }

    public string? UndefinedBecause { get; set; }

    /// <summary>The <see cref="ClassIndex"/> of a number over all classes.</summary>
    public const int AllClasses = -1;

    internal sealed class Mapping : IEntityTypeConfiguration<RunMetric>
    {
        public void Configure(EntityTypeBuilder<RunMetric> entity)
        {
            entity.HasKey(metric => new { metric.RunId, metric.ModelVersionId, metric.Metric, metric.ClassIndex, metric.Camera });
            entity.Property(metric => metric.Metric).HasMaxLength(48);
            entity.Property(metric => metric.Camera).HasMaxLength(100);
            entity.Property(metric => metric.UndefinedBecause).HasMaxLength(200);
            entity.HasOne<Run>().WithMany().HasForeignKey(metric => metric.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
