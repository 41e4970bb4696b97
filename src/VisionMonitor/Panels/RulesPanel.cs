using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The alert rules of a project, as sentences.</summary>
public sealed record RulesPanel
{
    public required Project Project { get; init; }

    public required IReadOnlyList<RuleRow> Rules { get; init; }

    /// <summary>Rules that the project's own history suggests and that it does not have; each is saved with one click.</summary>
    public required IReadOnlyList<ProposedRule> Proposed { get; init; }

    public required IReadOnlyList<ModelVersion> Versions { get; init; }

    public required IReadOnlyList<string> Cameras { get; init; }

    /// <summary>Metrics that a rule of this project may watch.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<RulesPanel?> LoadRulesAsync(MonitoringDbContext db, string slug, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        AlertRule[] rules = await db.AlertRules.AsNoTracking().Where(rule => rule.ProjectId == project.Id).OrderBy(rule => rule.Name).Take(500).ToArrayAsync(cancellationToken);
        Dictionary<long, int> fired = await db.Incidents.AsNoTracking().Where(incident => incident.ProjectId == project.Id && incident.FiredAt != null)
            .GroupBy(incident => incident.AlertRuleId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(pair => pair.Key, pair => pair.Count, cancellationToken);
        HashSet<long> open = [.. await db.Incidents.AsNoTracking().Where(incident => incident.ProjectId == project.Id && incident.OpenRuleId != null).Select(incident => incident.AlertRuleId).ToArrayAsync(cancellationToken)];
        return new RulesPanel
        {
            Project = project,
            Proposed = await ProposedRule.LoadAsync(db, project, live, rules, cancellationToken),
            Versions = live.Of(project.Id),
            Cameras = await db.Images.AsNoTracking().Where(image => image.ProjectId == project.Id && image.Camera != "").Select(image => image.Camera).Distinct().OrderBy(name => name).Take(100).ToArrayAsync(cancellationToken),
            Metrics = [.. HeadlineMetric.Choices(project), MetricNames.Drift, MetricNames.MeanConfidence, MetricNames.Brightness, MetricNames.Contrast, MetricNames.Sharpness, MetricNames.Volume, MetricNames.LatencyTotal95],
            Rules = [.. rules.Select(rule => new RuleRow(rule, RuleText.Of(rule, project.ClassNames, live.Find(rule.ModelVersionId)?.Number), fired.GetValueOrDefault(rule.Id), open.Contains(rule.Id)))],
        };
    }
}

/// <summary>One rule.</summary>
public sealed record RuleRow(AlertRule Rule, string Sentence, int FiredCount, bool IsOpen);

/// <summary>What a rule would have done on the project's own history.</summary>
/// <param name="Firings">When it would have fired and until when it would have lasted; null for still.</param>
/// <param name="PointCount">Points that it would have judged.</param>
/// <param name="Span">How long that history is.</param>
public sealed record RuleBacktest(IReadOnlyList<(DateTimeOffset From, DateTimeOffset? To)> Firings, int PointCount, TimeSpan Span)
{
    /// <summary>Expected alarms in 30 days at the pace of the history; null without history.</summary>
    public double? PerMonth => Span > TimeSpan.Zero ? Firings.Count / Span.TotalDays * 30 : null;

    /// <summary>Replays a rule, point by point, with the same judge that runs at night.</summary>
    public static RuleBacktest Of(AlertRule rule, IReadOnlyList<ChartPoint> history)
    {
        SeriesPoint[] points = [.. history.Select(point => new SeriesPoint(0, DateTimeOffset.FromUnixTimeMilliseconds((long)point.X), point.Y, point.Count ?? long.MaxValue))];
        List<(DateTimeOffset From, DateTimeOffset? To)> firings = [];
        DateTimeOffset? open = null;
        for (int count = 1; count <= points.Length; count++)
        {
            AlertStanding standing = AlertJudge.Judge(rule, points.AsSpan(0, count), points[count - 1].At);
            bool isFiring = standing.State is IncidentState.Firing or IncidentState.Recovering;
            if (isFiring && open is null)
            {
                open = standing.Start.At;
                firings.Add((standing.Start.At, null));
            }
            else if (!isFiring && open is not null)
            {
                firings[^1] = (open.Value, points[count - 1].At);
                open = null;
            }
        }

        return new RuleBacktest(firings, points.Count(point => point.Value is not null), points.Length < 2 ? TimeSpan.Zero : points[^1].At - points[0].At);
    }
}
