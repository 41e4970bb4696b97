using Microsoft.EntityFrameworkCore;
using VisionMonitor.Components;
using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>One fault with all that is needed to judge it: the curve, the worst images, who was told, what was done.</summary>
public sealed record IncidentPanel
{
    public required Incident Incident { get; init; }

    public required AlertItem Item { get; init; }

    public required Project Project { get; init; }

    public required string RuleSentence { get; init; }

    public required ChartSpec Chart { get; init; }

    /// <summary>The six worst images of the worst run.</summary>
    public required IReadOnlyList<ImageTile> Worst { get; init; }

    /// <summary>What happened, the newest last.</summary>
    public required IReadOnlyList<IncidentEvent> Events { get; init; }

    /// <summary>What changed near the start and may be the cause.</summary>
    public required IReadOnlyList<string> Suspects { get; init; }

    /// <summary>Loads the panel; null when there is no such incident.</summary>
    public static async Task<IncidentPanel?> LoadIncidentAsync(MonitoringDbContext db, long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Incident? incident = await db.Incidents.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Id == id, cancellationToken);
        if (incident is null)
        {
            return null;
        }

        Project project = await db.Projects.AsNoTracking().FirstAsync(candidate => candidate.Id == incident.ProjectId, cancellationToken);
        AlertRule rule = await db.AlertRules.AsNoTracking().FirstAsync(candidate => candidate.Id == incident.AlertRuleId, cancellationToken);
        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        DateTimeOffset end = incident.ResolvedAt ?? now;
        TimeSpan around = TimeSpan.FromTicks(Math.Clamp((end - incident.StartedAt).Ticks / 2, TimeSpan.FromHours(2).Ticks, TimeSpan.FromDays(10).Ticks));
        DateTimeOffset until = end + around < now ? end + around : now;
        RuleSeries series = await RuleSeries.LoadAsync(db, project, rule, live, incident.StartedAt - around, until, cancellationToken);
        IReadOnlyList<IncidentEvent> events = await EventsAsync(db, incident, cancellationToken);
        return new IncidentPanel
        {
            Incident = incident,
            Item = AlertItem.Of(incident, project, rule, now),
            Project = project,
            RuleSentence = RuleText.Of(rule, project.ClassNames, live.Find(rule.ModelVersionId)?.Number),
            Chart = series.Chart with
            {
                Marks = [new ChartMark(ChartMarkKind.Incident, incident.StartedAt.ToUnixTimeMilliseconds(), incident.ResolvedAt?.ToUnixTimeMilliseconds(), "this incident"), .. series.Chart.Marks],
            },
            Worst = await WorstAsync(db, project, incident, cancellationToken),
            Events = events,
            Suspects = await SuspectsAsync(db, project, live, incident, cancellationToken),
        };
    }

    private static async Task<IReadOnlyList<ImageTile>> WorstAsync(MonitoringDbContext db, Project project, Incident incident, CancellationToken cancellationToken)
    {
        if (incident.WorstRunId is not { } runId || incident.ModelVersionId is not { } versionId)
        {
            return [];
        }

        var rows = await (from member in db.RunImages.Where(member => member.RunId == runId)
                          join image in db.Images on member.ImageId equals image.Id
                          join evidence in db.Evidence.Where(evidence => evidence.ModelVersionId == versionId) on image.Id equals evidence.ImageId
                          join label in db.Labels on new { ImageId = image.Id, Revision = image.LabelRevision } equals new { label.ImageId, label.Revision }
                          join rescore in db.Rescores.Where(rescore => rescore.ModelVersionId == versionId) on image.Id equals rescore.ImageId
                          orderby evidence.ImageScore, image.Id
                          select new { image, evidence.ImageScore, label.Truth, rescore.Prediction, rescore.Failure }).AsNoTracking().Take(6).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new ImageTile(row.image.Id, row.image.CapturedAt, row.image.Camera, row.image.WidthPixels, row.image.HeightPixels, row.ImageScore, row.Failure, ImageOverlay.Of(project, row.Truth, row.Prediction)))];
    }

    private static async Task<IReadOnlyList<IncidentEvent>> EventsAsync(MonitoringDbContext db, Incident incident, CancellationToken cancellationToken)
    {
        var notices = await (from notice in db.OutboxNotices.Where(notice => notice.IncidentId == incident.Id)
                             join channel in db.AlertChannels on notice.AlertChannelId equals channel.Id
                             orderby notice.CreatedAt
                             select new { notice.Transition, notice.State, notice.CreatedAt, notice.DeliveredAt, notice.LastError, channel.Name }).AsNoTracking().Take(50).ToListAsync(cancellationToken);
        List<IncidentEvent> events = [new(incident.StartedAt, "first bad point")];
        if (incident.FiredAt is { } fired)
        {
            events.Add(new(fired, "fired: bad for the whole pending period"));
        }

        events.AddRange(notices.Select(notice => notice.State switch
        {
            OutboxState.Delivered => new IncidentEvent(notice.DeliveredAt ?? notice.CreatedAt, $"“{notice.Transition}” delivered to {notice.Name}"),
            OutboxState.Dead => new IncidentEvent(notice.CreatedAt, $"“{notice.Transition}” could not be delivered to {notice.Name}: {notice.LastError}"),
            _ => new IncidentEvent(notice.CreatedAt, $"“{notice.Transition}” waits for {notice.Name}{(notice.LastError is null ? "" : $": {notice.LastError}")}"),
        }));
        if (incident.AcknowledgedAt is { } acknowledged)
        {
            events.Add(new(acknowledged, $"acknowledged by {incident.AcknowledgedBy}"));
        }

        if (incident.ResolvedAt is { } resolved)
        {
            events.Add(new(resolved, $"recovered after {ClockText.Words(resolved - incident.StartedAt)}"));
        }

        return [.. events.OrderBy(entry => entry.At)];
    }

    // What changed shortly before the first bad point: a deployment, and image properties far from their own recent past.
    private static async Task<IReadOnlyList<string>> SuspectsAsync(MonitoringDbContext db, Project project, LiveVersions live, Incident incident, CancellationToken cancellationToken)
    {
        List<string> suspects = [.. live.Deployments(project.Id)
            .Where(deployment => deployment.DeployedAt <= incident.StartedAt && deployment.DeployedAt > incident.StartedAt.AddDays(-2))
            .Select(deployment => $"v{live.Find(deployment.ModelVersionId)?.Number} was deployed {ClockText.Words(incident.StartedAt - deployment.DeployedAt)} before the first bad point.")];
        if (incident.WorstRunId is not { } worstRunId)
        {
            return suspects;
        }

        DateTimeOffset start = incident.StartedAt;
        var properties = await (from metric in db.RunMetrics.Where(metric => metric.ModelVersionId == 0 && metric.ClassIndex == RunMetric.AllClasses && metric.Camera == "" && metric.Metric.StartsWith("property.") && metric.Value != null)
                                join run in db.Runs.Where(run => run.ProjectId == project.Id) on metric.RunId equals run.Id
                                where run.Id == worstRunId || (run.WindowEnd < start && run.WindowEnd >= start.AddDays(-14))
                                orderby run.WindowEnd descending
                                select new { metric.RunId, metric.Metric, metric.Value }).AsNoTracking().Take(800).ToListAsync(cancellationToken);
        foreach (var group in properties.GroupBy(property => property.Metric))
        {
            double[] before = [.. group.Where(property => property.RunId != worstRunId).Select(property => property.Value!.Value)];
            double? worst = group.FirstOrDefault(property => property.RunId == worstRunId)?.Value;
            if (before.Length < 8 || worst is not { } value)
            {
                continue;
            }

            double mean = before.Average();
            double deviation = Math.Sqrt(before.Sum(one => (one - mean) * (one - mean)) / (before.Length - 1));
            if (deviation > 0 && Math.Abs(value - mean) > 4 * deviation)
            {
                suspects.Add($"{MetricNames.Describe(group.Key).Name} went from {NumberText.Significant(mean)} ± {NumberText.Significant(deviation)} (n = {before.Length} runs before) to {NumberText.Significant(value)} in the worst run.");
            }
        }

        return suspects;
    }
}

/// <summary>Something that happened to an incident.</summary>
public sealed record IncidentEvent(DateTimeOffset At, string Text);
