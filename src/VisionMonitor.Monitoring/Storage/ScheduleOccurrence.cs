using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One due time of a schedule. The key makes "exactly one run for each" a fact of the database.</summary>
public sealed class ScheduleOccurrence
{
    public long ScheduleId { get; set; }

    public DateTimeOffset DueAt { get; set; }

    /// <summary>The run that it became; null when it was skipped.</summary>
    public long? RunId { get; set; }

    /// <summary>Why it was skipped, in a sentence; null when it became a run.</summary>
    public string? SkippedBecause { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ScheduleOccurrence>
    {
        public void Configure(EntityTypeBuilder<ScheduleOccurrence> entity)
        {
            entity.HasKey(occurrence => new { occurrence.ScheduleId, occurrence.DueAt });
            entity.Property(occurrence => occurrence.SkippedBecause).HasMaxLength(300);
            entity.HasOne<Schedule>().WithMany().HasForeignKey(occurrence => occurrence.ScheduleId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
