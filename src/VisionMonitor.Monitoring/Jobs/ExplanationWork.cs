using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>The life of an explanation: asked for once, claimed by one worker, moved along, kept. One that stands still is taken up again.</summary>
public sealed class ExplanationWork(IDbContextFactory<MonitoringDbContext> contexts, DriftCause cause, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // While history is being filled in, every core is needed for it.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    // Drift that goes on is explained once a day; what is older than this is nobody's news.
    private static readonly TimeSpan Again = TimeSpan.FromDays(1);
    private static readonly TimeSpan News = TimeSpan.FromHours(2);

    /// <summary>Asks for an explanation; asking again for a failed one starts it anew.</summary>
    public async Task RequestAsync(long runId, string camera, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        long project = await context.Runs.Where(run => run.Id == runId).Select(run => run.ProjectId).SingleAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        await context.DriftExplanations.Where(row => row.RunId == runId && row.Camera == camera && row.State == ExplanationState.Failed).ExecuteDeleteAsync(cancellationToken);
        await context.InsertNewAsync([new DriftExplanation { RunId = runId, Camera = camera, ProjectId = project, RequestedAt = now, MovedAt = now }], cancellationToken);
        await NoticeAsync(context, project, runId, cancellationToken);
    }

    /// <summary>Asks for the causes of drift that an alert or a project's newest runs tell of and that was not explained, and lists what waits or stands still.</summary>
    public async Task<IReadOnlyList<(long RunId, string Camera)>> SweepAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow(), still = now - Patience, quiet = now - Quiet;
        var firing = await context.Incidents
            .Where(incident => incident.State == IncidentState.Firing && incident.WorstRunId != null && context.AlertRules.Any(rule => rule.Id == incident.AlertRuleId && rule.Metric == MetricNames.Drift))
            .Where(incident => !context.DriftExplanations.Any(row => row.ProjectId == incident.ProjectId && row.RequestedAt >= incident.FiredAt))
            .Where(incident => !context.Runs.Any(run => run.ProjectId == incident.ProjectId && run.Trigger == "backfill" && (run.State == RunState.Running || run.CompletedAt > quiet)))
            .Select(incident => new { Run = incident.WorstRunId!.Value, incident.ModelVersionId })
            .ToListAsync(cancellationToken);
        foreach (var one in firing)
        {
            string camera = await context.DriftChecks.Where(check => check.RunId == one.Run && check.ModelVersionId == one.ModelVersionId && check.State == DriftState.Drifting)
                .OrderByDescending(check => check.Camera != "").ThenByDescending(check => check.Score).Select(check => check.Camera).FirstOrDefaultAsync(cancellationToken) ?? "";
            await RequestAsync(one.Run, camera, cancellationToken);
        }

        foreach ((long run, string camera) in await UnexplainedAsync(context, now, cancellationToken))
        {
            await RequestAsync(run, camera, cancellationToken);
        }

        var open = await context.DriftExplanations.Where(row => row.State == ExplanationState.Waiting || (row.State == ExplanationState.Running && row.MovedAt < still))
            .Select(row => new { row.RunId, row.Camera }).ToListAsync(cancellationToken);
        return [.. open.Select(row => (row.RunId, row.Camera))];
    }

    // One of each project: its newest run that drifts, on the camera that drifts most. History that is being filled in has no news.
    private static async Task<IReadOnlyList<(long RunId, string Camera)>> UnexplainedAsync(MonitoringDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset news = now - News, again = now - Again;
        var drifting = await context.Runs.Where(run => run.State == RunState.Completed && run.Trigger != "backfill" && run.CompletedAt > news)
            .Where(run => !context.DriftExplanations.Any(row => row.ProjectId == run.ProjectId && row.RequestedAt > again))
            .Join(context.DriftChecks.Where(check => check.State == DriftState.Drifting), run => run.Id, check => check.RunId, (run, check) => new { run.ProjectId, RunId = run.Id, check.Camera, check.Score })
            .ToListAsync(cancellationToken);
        return [.. drifting.GroupBy(one => one.ProjectId)
            .Select(project => project.OrderByDescending(one => one.RunId).ThenByDescending(one => one.Camera.Length > 0).ThenByDescending(one => one.Score).First())
            .Select(one => (one.RunId, one.Camera))];
    }

    /// <summary>Finds the cause, unless somebody else does.</summary>
    public async Task DoAsync(long runId, string camera, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow(), still = now - Patience;
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<DriftExplanation> row = context.DriftExplanations.Where(row => row.RunId == runId && row.Camera == camera);
        int claimed = await row.Where(row => row.State == ExplanationState.Waiting || (row.State == ExplanationState.Running && row.MovedAt < still))
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.State, ExplanationState.Running).SetProperty(row => row.MovedAt, now), cancellationToken);
        if (claimed == 0)
        {
            return;
        }

        long project = await row.Select(row => row.ProjectId).SingleAsync(cancellationToken);
        try
        {
            Share share = new();
            Task<DriftFinding> search = Task.Run(() => cause.FindAsync(runId, camera, share, cancellationToken), cancellationToken);
            while (await Task.WhenAny(search, Task.Delay(Pace, clock, cancellationToken)) != search)
            {
                await MoveAsync(runId, camera, project, share.Done);
            }

            string content = (await search).ToJson();
            await row.ExecuteUpdateAsync(update => update.SetProperty(row => row.State, ExplanationState.Done).SetProperty(row => row.Content, content).SetProperty(row => row.Progress, 1), cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or Vision.Models.ModelContractException or IOException)
        {
            string reason = failure.Message.Length <= 500 ? failure.Message : failure.Message[..500];
            await row.ExecuteUpdateAsync(update => update.SetProperty(row => row.State, ExplanationState.Failed).SetProperty(row => row.Failure, reason), CancellationToken.None);
        }

        await NoticeAsync(context, project, runId, cancellationToken);
    }

    private async Task MoveAsync(long runId, string camera, long project, double done)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(CancellationToken.None);
        DateTimeOffset now = clock.GetUtcNow();
        await context.DriftExplanations.Where(row => row.RunId == runId && row.Camera == camera && row.State == ExplanationState.Running)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.Progress, done).SetProperty(row => row.MovedAt, now), CancellationToken.None);
        await NoticeAsync(context, project, runId, CancellationToken.None);
    }

    private async Task NoticeAsync(MonitoringDbContext context, long project, long runId, CancellationToken cancellationToken)
    {
        context.LiveNotices.Add(new LiveNotice { ProjectId = project, Kind = NoticeKinds.ExplanationChanged, SubjectId = runId, CreatedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(cancellationToken);
    }

    private sealed class Share : IProgress<double>
    {
        public double Done { get; private set; }

        public void Report(double value) => Done = value;
    }
}
