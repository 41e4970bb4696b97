using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The inbox: what is wrong now, and what was.</summary>
public sealed record AlertsPanel
{
    public required IReadOnlyList<AlertItem> Open { get; init; }

    public required IReadOnlyList<AlertItem> Resolved { get; init; }

    /// <summary>Incidents of the last 30 days that were fired.</summary>
    public required int FiredCount { get; init; }

    public required int AcknowledgedCount { get; init; }

    /// <summary>From firing to acknowledgement; null while none was acknowledged.</summary>
    public TimeSpan? MedianToAcknowledge { get; init; }

    public required int RuleCount { get; init; }

    public required int ChannelCount { get; init; }

    /// <summary>The first project by name, where a newcomer may make a rule; null without projects.</summary>
    public string? FirstSlug { get; init; }

    /// <summary>Loads the panel: all open incidents (at most 200) and the newest 100 resolved ones.</summary>
    public static async Task<AlertsPanel> LoadAlertsAsync(MonitoringDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Dictionary<long, Project> projects = await db.Projects.AsNoTracking().OrderBy(project => project.Id).Take(1000).ToDictionaryAsync(project => project.Id, cancellationToken);
        Incident[] open = await db.Incidents.AsNoTracking().Where(incident => incident.OpenRuleId != null).OrderByDescending(incident => incident.StartedAt).Take(200).ToArrayAsync(cancellationToken);
        Incident[] resolved = await db.Incidents.AsNoTracking().Where(incident => incident.OpenRuleId == null).OrderByDescending(incident => incident.StartedAt).Take(100).ToArrayAsync(cancellationToken);
        long[] ruleIds = [.. open.Concat(resolved).Select(incident => incident.AlertRuleId).Distinct()];
        Dictionary<long, AlertRule> rules = await db.AlertRules.AsNoTracking().Where(rule => ruleIds.Contains(rule.Id)).ToDictionaryAsync(rule => rule.Id, cancellationToken);
        DateTimeOffset since = now.AddDays(-30);
        Incident[] recent = await db.Incidents.AsNoTracking().Where(incident => incident.FiredAt != null && incident.FiredAt >= since).OrderByDescending(incident => incident.FiredAt).Take(5000).ToArrayAsync(cancellationToken);
        TimeSpan[] waits = [.. recent.Where(incident => incident.AcknowledgedAt is not null).Select(incident => incident.AcknowledgedAt!.Value - incident.FiredAt!.Value).Order()];
        AlertItem Item(Incident incident) => AlertItem.Of(incident, projects.GetValueOrDefault(incident.ProjectId), rules.GetValueOrDefault(incident.AlertRuleId), now);
        return new AlertsPanel
        {
            Open = [.. open.Select(Item).OrderByDescending(item => item.Health).ThenByDescending(item => item.Severity == "critical").ThenByDescending(item => item.StartedAt)],
            Resolved = [.. resolved.Select(Item)],
            FiredCount = recent.Length,
            AcknowledgedCount = waits.Length,
            MedianToAcknowledge = waits.Length == 0 ? null : waits[waits.Length / 2],
            RuleCount = await db.AlertRules.CountAsync(cancellationToken),
            ChannelCount = await db.AlertChannels.CountAsync(channel => channel.IsEnabled, cancellationToken),
            FirstSlug = projects.Values.OrderBy(project => project.Name).FirstOrDefault()?.Slug,
        };
    }
}

/// <summary>One incident of the inbox.</summary>
public sealed record AlertItem(long Id, string Project, string Slug, string TimeZone, string Rule, string Severity, IncidentState State, bool IsSilenced, string Summary, DateTimeOffset StartedAt, DateTimeOffset? FiredAt, DateTimeOffset? ResolvedAt, string? AcknowledgedBy, DateTimeOffset? SilencedUntil)
{
    public Health Health => State switch
    {
        IncidentState.Firing => Health.Bad,
        IncidentState.Resolved => Health.Good,
        _ => Health.Watch,
    };

    /// <summary>The state in words; a silenced one says so.</summary>
    public string StateText => IsSilenced ? $"{State.ToString().ToLowerInvariant()}, silenced" : State.ToString().ToLowerInvariant();

    internal static AlertItem Of(Incident incident, Project? project, AlertRule? rule, DateTimeOffset now) => new(
        incident.Id, project?.Name ?? "", project?.Slug ?? "", project?.TimeZone ?? "Etc/UTC", rule?.Name ?? "", rule?.Severity ?? "warning", incident.State,
        incident.SilencedUntil > now, incident.Summary, incident.StartedAt, incident.FiredAt, incident.ResolvedAt, incident.AcknowledgedBy, incident.SilencedUntil);
}
