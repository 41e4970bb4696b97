using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>Who did what and when. Only ever added to.</summary>
public sealed class AuditEntry
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public required string Actor { get; set; }

    /// <summary>What was done, as "rule.created".</summary>
    public required string Action { get; set; }

    public long? ProjectId { get; set; }

    public string Detail { get; set; } = "";

    internal sealed class Mapping : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> entity)
        {
            entity.Property(entry => entry.Actor).HasMaxLength(200);
            entity.Property(entry => entry.Action).HasMaxLength(64);
            entity.Property(entry => entry.Detail).HasMaxLength(2000);
            entity.HasIndex(entry => entry.At);
        }
    }
}
