using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>A message that is owed: written in the transaction that decided it, delivered later, at least once.</summary>
public sealed class OutboxNotice
{
    public long Id { get; set; }

    public long IncidentId { get; set; }

    /// <summary>"fired" or "resolved".</summary>
    public required string Transition { get; set; }

    public long AlertChannelId { get; set; }

    public OutboxState State { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset NextTryAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    public string? LastError { get; set; }

    /// <summary>Held by a deliverer until then.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with every claim.</summary>
    public long Fence { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<OutboxNotice>
    {
        public void Configure(EntityTypeBuilder<OutboxNotice> entity)
        {
            entity.Property(notice => notice.Transition).HasMaxLength(16);
            entity.Property(notice => notice.State).HasConversion<string>().HasMaxLength(16);
            entity.Property(notice => notice.LastError).HasMaxLength(500);
            entity.HasIndex(notice => new { notice.IncidentId, notice.Transition, notice.AlertChannelId }).IsUnique();
            entity.HasIndex(notice => new { notice.State, notice.NextTryAt });
            entity.HasOne<Incident>().WithMany().HasForeignKey(notice => notice.IncidentId).OnDelete(DeleteBehavior.Cascade);
            entity.HasOne<AlertChannel>().WithMany().HasForeignKey(notice => notice.AlertChannelId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Where a message stands.</summary>
public enum OutboxState
{
    /// <summary>Waits for its next try.</summary>
    Waiting,

    /// <summary>The receiver said yes.</summary>
    Delivered,

    /// <summary>Refused for good, or given up; the reason is beside it and on the page.</summary>
    Dead,
}
