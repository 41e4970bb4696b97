using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One rescoring of a sample of a window by every active version, and everything computed from it.</summary>
public sealed class Run
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    /// <summary>Null for a run that a person asked for.</summary>
    public long? ScheduleId { get; set; }

    /// <summary>What started it: "schedule", "manual" or "backfill".</summary>
    public required string Trigger { get; set; }

    public RunState State { get; set; }

    /// <summary>Captured-at of the window, start included.</summary>
    public DateTimeOffset WindowStart { get; set; }

    /// <summary>Captured-at of the window, end excluded. The run's place on every time axis.</summary>
    public DateTimeOffset WindowEnd { get; set; }

    /// <summary>How many images the window held when the sample was drawn.</summary>
    public int PopulationCount { get; set; }

    public int SampleCount { get; set; }

    public int ShardCount { get; set; }

    /// <summary>Images that could not be scored by some version; counted, never hidden.</summary>
    public int FailedImageCount { get; set; }

    /// <summary>Ids of the versions that this run rescores, fixed when it was planned, ascending.</summary>
    public required List<long> ModelVersionIds { get; set; }

    /// <summary>The image set that drift is measured against, fixed when it was planned; null without one.</summary>
    public long? BaselineId { get; set; }

    public DateTimeOffset PlannedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>A run that is not finished by then is failed.</summary>
    public DateTimeOffset DeadlineAt { get; set; }

    public string? FailureReason { get; set; }

    /// <summary>What is suspicious about the answers, a sentence a line; null where nothing is.</summary>
    public string? Findings { get; set; }

    /// <summary>Labels of its images changed after its numbers were written: they are to be written again.</summary>
    public bool IsEvaluationStale { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Run>
    {
        public void Configure(EntityTypeBuilder<Run> entity)
        {
            entity.Property(run => run.Trigger).HasMaxLength(16);
            entity.Property(run => run.State).HasConversion<string>().HasMaxLength(16);
            entity.HasIndex(run => new { run.ProjectId, run.WindowEnd });
            entity.HasIndex(run => run.State);
            entity.HasOne<Project>().WithMany().HasForeignKey(run => run.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Planned or being worked on.</summary>
    Running,

    /// <summary>All shards done, all numbers written.</summary>
    Completed,

    /// <summary>Its deadline passed or it could not be finished; the reason is beside it.</summary>
    Failed,
}
