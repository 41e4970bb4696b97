using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Judges a project's rules after a run and writes what changed, inside the transaction that completes the run.</summary>
internal static class RunAlerts
{
    // A rule looks back this many runs, or to the start of its open incident if that is longer ago.
    private const int RunLimit = 500;

    /// <summary>Judges every enabled rule of the project on the runs that are completed, the given context's transaction included.</summary>
    public static async Task JudgeAsync(MonitoringDbContext context, Project project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<AlertRule> rules = await context.AlertRules.AsNoTracking().Where(rule => rule.ProjectId == project.Id && rule.IsEnabled).OrderBy(rule => rule.Id).ToListAsync(cancellationToken);
        if (rules.Count == 0)
        {
            return;
        }

        // The update locks the project's row: rules of one project are judged by one finish at a time, on all that is committed.
        await context.Projects.Where(row => row.Id == project.Id).ExecuteUpdateAsync(update => update.SetProperty(row => row.Slug, row => row.Slug), cancellationToken);
        Deployments deployments = await Deployments.LoadAsync(context, project.Id, cancellationToken);
        List<AlertChannel> channels = await context.AlertChannels.AsNoTracking().Where(channel => channel.IsEnabled).OrderBy(channel => channel.Id).ToListAsync(cancellationToken);
        foreach (AlertRule rule in rules)
        {
            Incident? open = await context.Incidents.SingleOrDefaultAsync(incident => incident.OpenRuleId == rule.Id, cancellationToken);
            SeriesPoint[] series = await SeriesAsync(context, rule, deployments, open?.StartedAt, cancellationToken);
            if (series.Length > 0)
            {
                AlertStanding standing = AlertJudge.Judge(rule, series, series[^1].At);
                await WriteAsync(context, IncidentTransitions.Apply(rule, standing, open, deployments.ContextOf(rule, project, open?.StartedAt ?? series[^1].At)), channels, now, cancellationToken);
            }
        }
    }

    private static async Task WriteAsync(MonitoringDbContext context, IncidentChange change, List<AlertChannel> channels, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (change.Incident is not { } incident)
        {
            return;
        }

        if (change.IsNew)
        {
            context.Incidents.Add(incident);
        }

        if (incident is { State: IncidentState.Resolved, FiredAt: null })
        {
            // It was only pending: nothing happened that people would look up later.
            context.Incidents.Remove(incident);
        }

        bool isChanged = context.Entry(incident).State is EntityState.Added or EntityState.Deleted || context.Entry(incident).Property(row => row.State).IsModified;
        await context.SaveChangesAsync(cancellationToken);
        string? transition = change.Transition ?? (await IsUntoldAsync(context, incident, cancellationToken) ? IncidentChange.Fired : null);
        if (transition is not null)
        {
            context.OutboxNotices.AddRange(IncidentTransitions.Owed(incident, transition, channels, now));
        }

        if (isChanged || change.Transition is not null)
        {
            context.LiveNotices.Add(new LiveNotice { ProjectId = incident.ProjectId, Kind = NoticeKinds.IncidentChanged, SubjectId = incident.Id, CreatedAt = now });
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Whether an incident burns of which nobody heard, because it was silenced when it fired or no channel was there, and which nobody has acknowledged.</summary>
    private static async Task<bool> IsUntoldAsync(MonitoringDbContext context, Incident incident, CancellationToken cancellationToken) =>
        incident is { State: IncidentState.Firing, AcknowledgedAt: null }
        && !await context.OutboxNotices.AnyAsync(notice => notice.IncidentId == incident.Id && notice.Transition == IncidentChange.Fired, cancellationToken);

    private static async Task<SeriesPoint[]> SeriesAsync(MonitoringDbContext context, AlertRule rule, Deployments deployments, DateTimeOffset? openSince, CancellationToken cancellationToken)
    {
        IQueryable<Run> completed = context.Runs.Where(run => run.ProjectId == rule.ProjectId && run.State == RunState.Completed);
        DateTimeOffset from = await completed.OrderByDescending(run => run.WindowEnd).Select(run => run.WindowEnd).Skip(RunLimit - 1).FirstOrDefaultAsync(cancellationToken);
        from = openSince < from ? openSince.Value : from;
        IQueryable<Run> runs = completed.Where(run => run.WindowEnd >= from);
        var numbers = rule.Metric == MetricNames.Drift
            ? runs.Join(context.DriftChecks.Where(check => check.Camera == rule.Camera), run => run.Id, check => check.RunId, (run, check) => new { run.Id, run.WindowEnd, check.ModelVersionId, Value = check.Score, Count = (long)check.WindowCount })
            : runs.Join(context.RunMetrics.Where(metric => metric.Metric == rule.Metric && metric.ClassIndex == rule.ClassIndex && metric.Camera == rule.Camera), run => run.Id, metric => metric.RunId, (run, metric) => new { run.Id, run.WindowEnd, metric.ModelVersionId, metric.Value, metric.Count });
        return
        [
            .. (await numbers.OrderBy(number => number.WindowEnd).ThenBy(number => number.Id).ToListAsync(cancellationToken))
                .Where(number => number.ModelVersionId == 0 || number.ModelVersionId == (rule.ModelVersionId ?? deployments.VersionAt(number.WindowEnd)))
                .Select(number => new SeriesPoint(number.Id, number.WindowEnd, number.Value, number.Count)),
        ];
    }

    /// <summary>Which version was in production when.</summary>
    private sealed record Deployments(IReadOnlyList<Deployment> InOrder, IReadOnlyList<ModelVersion> Versions)
    {
        public static async Task<Deployments> LoadAsync(MonitoringDbContext context, long projectId, CancellationToken cancellationToken) => new(
            await context.Deployments.AsNoTracking().Where(deployment => deployment.ProjectId == projectId).OrderBy(deployment => deployment.DeployedAt).ThenBy(deployment => deployment.Id).ToListAsync(cancellationToken),
            await context.ModelVersions.AsNoTracking().Where(version => version.ProjectId == projectId).OrderBy(version => version.Number).ToListAsync(cancellationToken));

        // Before the first deployment, and where none is recorded, the first version is taken for the one in production.
        public long? VersionAt(DateTimeOffset at) =>
            InOrder.LastOrDefault(deployment => deployment.DeployedAt <= at)?.ModelVersionId ?? (Versions.Count > 0 ? Versions[0].Id : null);

        public IncidentContext ContextOf(AlertRule rule, Project project, DateTimeOffset at)
        {
            long? version = rule.ModelVersionId ?? VersionAt(at);
            string name = Versions.FirstOrDefault(one => one.Id == version) is { } found ? $"v{found.Number}" : "";
            return new IncidentContext(version, name, rule.ClassIndex >= 0 && rule.ClassIndex < project.ClassNames.Count ? project.ClassNames[rule.ClassIndex] : "");
        }
    }
}
