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

    /// <summary>Asks for the causes of drift alerts that fire and were not explained, and lists what waits or stands still.</summary>
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

        var open = await context.DriftExplanations.Where(row => row.State == ExplanationState.Waiting || (row.State == ExplanationState.Running && row.MovedAt < still))
            .Select(row => new { row.RunId, row.Camera }).ToListAsync(cancellationToken);
        return [.. open.Select(row => (row.RunId, row.Camera))];
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
