using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One fault that a rule found, from its opening to its closing. A rule has at most one that is open.</summary>
public sealed class Incident
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public long AlertRuleId { get; set; }

    public IncidentState State { get; set; }

    /// <summary>Window end of the first bad point.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When people were told; null while pending.</summary>
    public DateTimeOffset? FiredAt { get; set; }

    /// <summary>When it was good again; null while open.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>The version that was watched when it began.</summary>
    public long? ModelVersionId { get; set; }

    /// <summary>The run whose point is the worst so far.</summary>
    public long? WorstRunId { get; set; }

    public double? WorstValue { get; set; }

    public double? LatestValue { get; set; }

    /// <summary>What happened, in one sentence with numbers.</summary>
    public string Summary { get; set; } = "";

    public string? AcknowledgedBy { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>No message until then; it stays in the inbox.</summary>
    public DateTimeOffset? SilencedUntil { get; set; }

    public string Note { get; set; } = "";

    /// <summary>The open incident's rule; null once resolved. Unique, so that a fault has exactly one incident.</summary>
    public long? OpenRuleId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Incident>
    {
        public void Configure(EntityTypeBuilder<Incident> entity)
        {
            entity.Property(incident => incident.State).HasConversion<string>().HasMaxLength(16);
            entity.Property(incident => incident.Summary).HasMaxLength(1000);
            entity.Property(incident => incident.AcknowledgedBy).HasMaxLength(100);
            entity.Property(incident => incident.Note).HasMaxLength(4000);
            entity.HasIndex(incident => incident.OpenRuleId).IsUnique();
            entity.HasIndex(incident => new { incident.ProjectId, incident.StartedAt });
            entity.HasOne<AlertRule>().WithMany().HasForeignKey(incident => incident.AlertRuleId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Where an incident stands.</summary>
public enum IncidentState
{
    /// <summary>Bad, but not yet for the pending period.</summary>
    Pending,

    /// <summary>Bad; people were told.</summary>
    Firing,

    /// <summary>Good again, but not yet for the recovery period.</summary>
    Recovering,

    /// <summary>Closed.</summary>
    Resolved,
}
