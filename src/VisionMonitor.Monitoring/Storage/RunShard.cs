using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>A slice of a run's sample that one worker holds for a while. "Done" and its results commit in one transaction.</summary>
public sealed class RunShard
{
    public long RunId { get; set; }

    /// <summary>Counts from 0.</summary>
    public int Number { get; set; }

    public ShardKind Kind { get; set; }

    /// <summary>First ordinal of the slice: in the sample, or among the baseline's images by id.</summary>
    public int FirstOrdinal { get; set; }

    public int ImageCount { get; set; }

    public ShardState State { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with every claim. A write that carries an older fence is refused.</summary>
    public long Fence { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset NextTryAt { get; set; }

    public string? LastError { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<RunShard>
    {
        public void Configure(EntityTypeBuilder<RunShard> entity)
        {
            entity.HasKey(shard => new { shard.RunId, shard.Number });
            entity.Property(shard => shard.Kind).HasConversion<string>().HasMaxLength(16);
            entity.Property(shard => shard.State).HasConversion<string>().HasMaxLength(16);
            entity.Property(shard => shard.LeaseOwner).HasMaxLength(100);
            entity.Property(shard => shard.LastError).HasMaxLength(500);
            entity.HasOne<Run>().WithMany().HasForeignKey(shard => shard.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Where a shard stands. Leased and expired is free again.</summary>
public enum ShardState
{
    /// <summary>Nobody holds it.</summary>
    Free,

    /// <summary>A worker holds it until its lease ends.</summary>
    Leased,

    /// <summary>Its results are written.</summary>
    Done,
}

/// <summary>Which images a shard is a slice of.</summary>
public enum ShardKind
{
    /// <summary>The run's sample.</summary>
    Sample,

    /// <summary>The baseline: some version of the run has not scored it yet.</summary>
    Baseline,
}
