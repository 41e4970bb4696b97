using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>How far a run's embeddings lie from the baseline's, calibrated on baseline-against-baseline windows of the same size.</summary>
public sealed class DriftCheck
{
    public long RunId { get; set; }

    /// <summary>The version whose embeddings were compared.</summary>
    public long ModelVersionId { get; set; }

    /// <summary>Camera; empty for all cameras together.</summary>
    public string Camera { get; set; } = "";

    public DriftState State { get; set; }

    /// <summary>Robust standard deviations above what windows without drift show; null while calibrating.</summary>
    public double? Score { get; set; }

    /// <summary>The score from which it is drift, set for the declared false-alarm rate.</summary>
    public double? Limit { get; set; }

    /// <summary>Share of no-drift windows that look at least this far away, (1 + k) / (1 + n).</summary>
    public double? PValue { get; set; }

    /// <summary>False alarms that the limit lets a project expect in 30 days, over all versions and cameras; null while calibrating.</summary>
    public double? FalseAlarmsPer30Days { get; set; }

    public int WindowCount { get; set; }

    public int BaselineCount { get; set; }

    /// <summary>What is missing when it could not be decided, in a sentence.</summary>
    public string? Reason { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<DriftCheck>
    {
        public void Configure(EntityTypeBuilder<DriftCheck> entity)
        {
            entity.HasKey(check => new { check.RunId, check.ModelVersionId, check.Camera });
            entity.Property(check => check.Camera).HasMaxLength(100);
            entity.Property(check => check.State).HasConversion<string>().HasMaxLength(16);
            entity.Property(check => check.Reason).HasMaxLength(300);
            entity.HasOne<Run>().WithMany().HasForeignKey(check => check.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The verdict of a drift check.</summary>
public enum DriftState
{
    /// <summary>Too few baseline or window images to say; the reason says how many are missing.</summary>
    Calibrating,

    /// <summary>Within what the baseline itself shows.</summary>
    Stable,

    /// <summary>Beyond the limit.</summary>
    Drifting,
}
