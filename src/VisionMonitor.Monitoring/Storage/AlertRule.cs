using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>When people are told. Judged after each run on the series that it selects.</summary>
public sealed class AlertRule
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public required string Name { get; set; }

    /// <summary>An id of <see cref="MetricNames"/>.</summary>
    public required string Metric { get; set; }

    /// <summary>Class index; −1 for all classes together.</summary>
    public int ClassIndex { get; set; } = RunMetric.AllClasses;

    /// <summary>Camera; empty for all cameras together.</summary>
    public string Camera { get; set; } = "";

    /// <summary>A version to watch; null watches whichever version is deployed at the time.</summary>
    public long? ModelVersionId { get; set; }

    public AlertDirection Direction { get; set; }

    /// <summary>Beyond this the series is bad.</summary>
    public double Threshold { get; set; }

    /// <summary>Only beyond this, on the good side, it is good again: the gap is the hysteresis.</summary>
    public double RecoveryThreshold { get; set; }

    /// <summary>It must have been bad for this long before people are told; zero tells at once.</summary>
    public TimeSpan PendingPeriod { get; set; }

    /// <summary>It must have been good for this long before it counts as recovered.</summary>
    public TimeSpan RecoveryPeriod { get; set; }

    /// <summary>Points that rest on fewer images are no evidence in either direction.</summary>
    public int MinimumCount { get; set; }

    /// <summary>"critical", "warning" or "info".</summary>
    public string Severity { get; set; } = "warning";

    public bool IsEnabled { get; set; } = true;

    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<AlertRule>
    {
        public void Configure(EntityTypeBuilder<AlertRule> entity)
        {
            entity.Property(rule => rule.Name).HasMaxLength(200);
            entity.Property(rule => rule.Metric).HasMaxLength(48);
            entity.Property(rule => rule.Camera).HasMaxLength(100);
            entity.Property(rule => rule.Direction).HasConversion<string>().HasMaxLength(8);
            entity.Property(rule => rule.Severity).HasMaxLength(16);
            entity.Property(rule => rule.PendingPeriod).HasConversion<long>();
            entity.Property(rule => rule.RecoveryPeriod).HasConversion<long>();
            entity.HasIndex(rule => rule.ProjectId);
            entity.HasOne<Project>().WithMany().HasForeignKey(rule => rule.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>On which side of the threshold a series is bad.</summary>
public enum AlertDirection
{
    /// <summary>Bad below the threshold, such as an accuracy.</summary>
    Below,

    /// <summary>Bad above the threshold, such as a drift score.</summary>
    Above,
}
