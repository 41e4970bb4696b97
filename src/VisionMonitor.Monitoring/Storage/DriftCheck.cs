using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>
/// How far a run's images lie from the baseline's. A window that is judged alone has five channels: appearance to the model, direction and length of the embedding, the mix of classes, and
/// image properties; its limit is calibrated on windows of the same size drawn from the baseline. Where a watch over the windows so far decides, the model's confidence is the sixth.
/// </summary>
public sealed class DriftCheck
{
    public long RunId { get; set; }

    /// <summary>The version that answered for the images.</summary>
    public long ModelVersionId { get; set; }

    /// <summary>Camera; empty for all cameras together.</summary>
    public string Camera { get; set; } = "";

    public DriftState State { get; set; }

    /// <summary>Robust standard deviations above what windows without drift show; where a watch decides, its level times the limit. Null while calibrating.</summary>
    public double? Score { get; set; }

    /// <summary>The score from which it is drift, set for the declared false-alarm rate.</summary>
    public double? Limit { get; set; }

    /// <summary>
    /// Of the window alone: the smallest chance of any channel that a window drawn from the baseline lies as far, times the number of channels, at most 1; read off the tail of the draws where
    /// it is rarer than they show.
    /// </summary>
    public double? PValue { get; set; }

    /// <summary>False alarms that the limit lets a project expect in 30 days, over all versions and cameras; null while calibrating.</summary>
    public double? FalseAlarmsPer30Days { get; set; }

    public int WindowCount { get; set; }

    public int BaselineCount { get; set; }

    /// <summary>What is missing where it could not be decided, and which channel leads where it was; null where there is nothing to say.</summary>
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
