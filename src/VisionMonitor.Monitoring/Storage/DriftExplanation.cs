using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>Why a run's window looks unlike the baseline, on one camera: asked for once, worked on in the background, kept.</summary>
public sealed class DriftExplanation
{
    public long RunId { get; set; }

    /// <summary>Camera; empty for all cameras together.</summary>
    public string Camera { get; set; } = "";

    public long ProjectId { get; set; }

    public ExplanationState State { get; set; }

    /// <summary>0 to 1.</summary>
    public double Progress { get; set; }

    /// <summary>JSON of a DriftFinding; null until it is found.</summary>
    public string? Content { get; set; }

    /// <summary>Why nothing could be found, in a sentence; null when it was.</summary>
    public string? Failure { get; set; }

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>When the work last moved; work that has not moved for minutes is taken up by another.</summary>
    public DateTimeOffset MovedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<DriftExplanation>
    {
        public void Configure(EntityTypeBuilder<DriftExplanation> entity)
        {
            entity.HasKey(explanation => new { explanation.RunId, explanation.Camera });
            entity.Property(explanation => explanation.Camera).HasMaxLength(100);
            entity.Property(explanation => explanation.State).HasConversion<string>().HasMaxLength(16);
            entity.Property(explanation => explanation.Failure).HasMaxLength(500);
            entity.HasIndex(explanation => new { explanation.ProjectId, explanation.State });
            entity.HasOne<Run>().WithMany().HasForeignKey(explanation => explanation.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Where an explanation stands.</summary>
public enum ExplanationState
{
    /// <summary>Asked for; nobody works on it yet.</summary>
    Waiting,

    /// <summary>Being worked on.</summary>
    Running,

    /// <summary>Found, or found that nothing known explains it.</summary>
    Done,

    /// <summary>It could not be worked on; the reason is beside it.</summary>
    Failed,
}
