using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Rescoring runs: what ran, how far it is, and what came out.</summary>
internal static class RunEndpoints
{
    public static void MapRuns(this RouteGroupBuilder api)
    {
        RouteGroupBuilder runs = api.MapGroup("").WithTags("Runs");
        runs.MapGet("/projects/{projectId:long}/runs", ListAsync).WithSummary("The project's runs, newest window first");
        runs.MapPost("/projects/{projectId:long}/runs", RunNowAsync).For(Role.Editor).WithSummary("Rescore a window now");
        runs.MapGet("/runs/{runId:long}", GetAsync).WithSummary("One run and how far it is");
        runs.MapGet("/runs/{runId:long}/metrics", ListMetricsAsync).WithSummary("Every number of a run");
        runs.MapGet("/runs/{runId:long}/drift", ListDriftAsync).WithSummary("The drift checks of a run");
    }

    private static async Task<Ok<Page<Run>>> ListAsync(long projectId, Cursor? cursor, int? limit, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        int size = Math.Clamp(limit ?? 50, 1, 500);
        (DateTimeOffset at, long id) = cursor ?? Cursor.Start;
        List<Run> rows = await db.Runs.AsNoTracking()
            .Where(run => run.ProjectId == projectId && (run.WindowEnd < at || (run.WindowEnd == at && run.Id < id)))
            .OrderByDescending(run => run.WindowEnd).ThenByDescending(run => run.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<Run>.Of(rows, size, run => new Cursor(run.WindowEnd, run.Id)));
    }

    private static async Task<Ok<RunView>> GetAsync(long runId, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        Run run = await db.Runs.AsNoTracking().SingleAsync(run => run.Id == runId, cancellationToken);
        List<RunShard> shards = await db.RunShards.AsNoTracking().Where(shard => shard.RunId == runId).OrderBy(shard => shard.Number).ToListAsync(cancellationToken);
        return TypedResults.Ok(RunView.Of(run, shards));
    }

    private static async Task<Results<Accepted<PlannedRun>, ProblemHttpResult>> RunNowAsync(
        long projectId, RunOrder order, Caller caller, RunPlanner planner, Bell bell, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        DateTimeOffset end = order.WindowEnd ?? time.GetUtcNow();
        DateTimeOffset start = order.WindowStart ?? end - TimeSpan.FromDays(1);
        if (start >= end)
        {
            return Problem.Invalid("invalid_window", "windowStart must lie before windowEnd.");
        }

        PlannedRun planned = await RunActions.StartAsync(db, planner, bell, projectId, (start, end), order.SampleSize, caller, time.GetUtcNow(), cancellationToken);
        return TypedResults.Accepted($"/api/v1/runs/{planned.RunId}", planned);
    }

    private static async Task<Ok<List<RunMetric>>> ListMetricsAsync(long runId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.RunMetrics.AsNoTracking().Where(metric => metric.RunId == runId)
            .OrderBy(metric => metric.ModelVersionId).ThenBy(metric => metric.Metric).ThenBy(metric => metric.ClassIndex).ThenBy(metric => metric.Camera).ToListAsync(cancellationToken));

    private static async Task<Ok<List<DriftCheck>>> ListDriftAsync(long runId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.DriftChecks.AsNoTracking().Where(check => check.RunId == runId).OrderBy(check => check.ModelVersionId).ThenBy(check => check.Camera).ToListAsync(cancellationToken));
}

/// <summary>Which window to rescore now.</summary>
public sealed record RunOrder
{
    /// <summary>Captured-at, included; a day before the end when left out.</summary>
    public DateTimeOffset? WindowStart { get; init; }

    /// <summary>Captured-at, excluded; now when left out.</summary>
    public DateTimeOffset? WindowEnd { get; init; }

    [Range(1, 1_000_000)]
    public int SampleSize { get; init; } = 200;
}

/// <summary>A run and how far it is.</summary>
/// <param name="Run">The run.</param>
/// <param name="ImagesDone">Images whose results are written, of its sample and of the baseline where that is still to be scored.</param>
/// <param name="ImagesTotal">Images to work on.</param>
/// <param name="Workers">Who works on it now.</param>
internal sealed record RunView(Run Run, int ImagesDone, int ImagesTotal, IReadOnlyList<string> Workers)
{
    public static RunView Of(Run run, IReadOnlyList<RunShard> shards) => new(
        run,
        shards.Where(shard => shard.State == ShardState.Done).Sum(shard => shard.ImageCount),
        shards.Sum(shard => shard.ImageCount),
        [.. shards.Where(shard => shard.State == ShardState.Leased).Select(shard => shard.LeaseOwner!).Distinct()]);
}
