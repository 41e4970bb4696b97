using System.Globalization;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Alerting;

/// <summary>What a rule's standing changes: the incident as it is now, and what people are owed.</summary>
/// <param name="Incident">The new or changed incident; null when there is none.</param>
/// <param name="IsNew">Whether it is to be added.</param>
/// <param name="Transition">"fired" or "resolved" when people are to be told; null otherwise.</param>
public sealed record IncidentChange(Incident? Incident, bool IsNew, string? Transition)
{
    /// <summary>The transition that opens a message thread.</summary>
    public const string Fired = "fired";

    /// <summary>The transition that closes it.</summary>
    public const string Resolved = "resolved";

    /// <summary>Nothing changed.</summary>
    public static IncidentChange None { get; } = new(null, false, null);
}

/// <summary>
/// Turns a standing into the incident that the database holds. A rule has at most one open incident; calling it again
/// with the same standing changes nothing, so a run that is finished twice tells nobody twice.
/// </summary>
public static class IncidentTransitions
{
    /// <param name="rule">The rule.</param>
    /// <param name="standing">How it stands.</param>
    /// <param name="open">Its open incident, which is changed in place, or null.</param>
    /// <param name="context">The words for the summary.</param>
    public static IncidentChange Apply(AlertRule rule, AlertStanding standing, Incident? open, IncidentContext context)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(standing);
        if (standing.State is not { } state)
        {
            return open is null ? IncidentChange.None : Close(open, standing);
        }

        Incident incident = open ?? new Incident { ProjectId = rule.ProjectId, AlertRuleId = rule.Id, OpenRuleId = rule.Id, StartedAt = standing.Start.At, ModelVersionId = context.ModelVersionId };
        bool fires = state == IncidentState.Firing && incident.FiredAt is null;
        incident.State = state;
        incident.FiredAt ??= fires ? standing.FiredAt : null;
        incident.WorstRunId = standing.Worst.RunId;
        incident.WorstValue = standing.Worst.Value;
        incident.LatestValue = standing.Latest.Value;
        incident.Summary = Summarize(rule, standing, context);
        return new IncidentChange(incident, open is null, fires ? IncidentChange.Fired : null);
    }

    /// <summary>The channels that are owed a message: enabled, of the project or of all, and the incident not silenced.</summary>
    public static IEnumerable<OutboxNotice> Owed(Incident incident, string transition, IEnumerable<AlertChannel> channels, DateTimeOffset now) =>
        incident.SilencedUntil > now
            ? []
            : channels.Where(channel => channel.IsEnabled && (channel.ProjectId is null || channel.ProjectId == incident.ProjectId))
                .Select(channel => new OutboxNotice { IncidentId = incident.Id, Transition = transition, AlertChannelId = channel.Id, CreatedAt = now, NextTryAt = now });

    private static IncidentChange Close(Incident open, AlertStanding standing)
    {
        bool wasTold = open.FiredAt is not null;
        open.State = IncidentState.Resolved;
        open.OpenRuleId = null;
        open.ResolvedAt = standing.Latest.At;
        open.LatestValue = standing.Latest.Value;
        return new IncidentChange(open, IsNew: false, wasTold ? IncidentChange.Resolved : null);
    }

    private static string Summarize(AlertRule rule, AlertStanding standing, IncidentContext context)
    {
        MetricText metric = MetricNames.Describe(rule.Metric);
        string who = context.VersionName.Length > 0 ? $" of {context.VersionName}" : "";
        string what = context.ClassName.Length > 0 ? $" on {context.ClassName}" : "";
        string where = rule.Camera.Length > 0 ? $" on camera {rule.Camera}" : "";
        string verb = rule.Direction == AlertDirection.Below ? "fell to" : "rose to";
        string worst = standing.Worst.Value!.Value.ToString("G3", CultureInfo.InvariantCulture);
        string limit = rule.Threshold.ToString("G3", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{metric.Name}{who}{what}{where} {verb} {worst} (n = {standing.Worst.Count}), limit {limit}, since {standing.Start.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
    }
}

/// <summary>The words that a summary needs beside the numbers.</summary>
/// <param name="ModelVersionId">The version that is watched, if one is.</param>
/// <param name="VersionName">Its short name, such as "v1".</param>
/// <param name="ClassName">The class that the rule watches; empty for all.</param>
public sealed record IncidentContext(long? ModelVersionId, string VersionName, string ClassName);
