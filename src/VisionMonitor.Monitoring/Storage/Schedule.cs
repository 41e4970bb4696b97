using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>When a project's sample is rescored. Every due time becomes one <see cref="ScheduleOccurrence"/>.</summary>
public sealed class Schedule
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public required string Name { get; set; }

    /// <summary>Cron with five fields, or six with seconds first.</summary>
    public required string Cron { get; set; }

    /// <summary>IANA time zone in which the cron expression is read.</summary>
    public required string TimeZone { get; set; }

    /// <summary>The sampled window ends at the due time and is this long.</summary>
    public TimeSpan Window { get; set; }

    /// <summary>At most this many images of the window are sampled.</summary>
    public int SampleSize { get; set; }

    public MisfirePolicy MisfirePolicy { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>Due times up to and including this one are recorded; planning goes on after it.</summary>
    public DateTimeOffset PlannedUntil { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Schedule>
    {
        public void Configure(EntityTypeBuilder<Schedule> entity)
        {
            entity.Property(schedule => schedule.Name).HasMaxLength(200);
            entity.Property(schedule => schedule.Cron).HasMaxLength(100);
            entity.Property(schedule => schedule.TimeZone).HasMaxLength(64);
            entity.Property(schedule => schedule.MisfirePolicy).HasConversion<string>().HasMaxLength(16);
            entity.Property(schedule => schedule.Window).HasConversion<long>();
            entity.HasIndex(schedule => schedule.ProjectId);
            entity.HasOne<Project>().WithMany().HasForeignKey(schedule => schedule.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>What happens to due times that passed while nothing was running.</summary>
public enum MisfirePolicy
{
    /// <summary>The latest missed due time runs; earlier ones are recorded as skipped.</summary>
    Latest,

    /// <summary>Every missed due time runs, at most 24 of them; earlier ones are recorded as skipped.</summary>
    All,

    /// <summary>No missed due time runs; all are recorded as skipped.</summary>
    Skip,
}
