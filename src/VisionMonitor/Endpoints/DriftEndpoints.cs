using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Why a window looks unlike the baseline, and what its quality is estimated to be.</summary>
internal static class DriftEndpoints
{
    public static void MapDrift(this RouteGroupBuilder api)
    {
        RouteGroupBuilder drift = api.MapGroup("").WithTags("Drift");
        drift.MapGet("/projects/{projectId:long}/panels/drift", GetPanelAsync).WithSummary("The drift explorer: map, clusters, image properties and cause of one window; without run the newest that drifts");
        drift.MapGet("/runs/{runId:long}/explanation", GetExplanationAsync).WithSummary("The cause of a run's drift: how far the search is, and what it found");
        drift.MapPost("/runs/{runId:long}/explanation", AskAsync).For(Role.Editor).WithSummary("Find the cause of a run's drift on a camera; work in the background");
        drift.MapGet("/projects/{projectId:long}/panels/estimates", GetEstimatesAsync).WithSummary("Estimated quality beside what labels measured later, and how often the intervals held it");
    }

    private static async Task<Ok<DriftExplorerPanel>> GetPanelAsync(long projectId, [AsParameters] DriftQuery query, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await DriftExplorerPanel.LoadDriftAsync(db, await SlugAsync(db, projectId, cancellationToken), query, cancellationToken));

    private static async Task<Ok<EstimatesPanel>> GetEstimatesAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await EstimatesPanel.LoadEstimatesAsync(db, await SlugAsync(db, projectId, cancellationToken), cancellationToken));

    private static async Task<Results<Ok<ExplanationView>, ProblemHttpResult>> GetExplanationAsync(long runId, string? camera, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        string wanted = camera ?? "";
        return await db.DriftExplanations.AsNoTracking().SingleOrDefaultAsync(row => row.RunId == runId && row.Camera == wanted, cancellationToken) is { } row
            ? TypedResults.Ok(ExplanationView.Of(row))
            : Problem.Create(StatusCodes.Status404NotFound, "not_asked", "Nobody has asked for the cause of this run's drift; POST asks for it.");
    }

    private static async Task<Accepted> AskAsync(long runId, string? camera, Caller caller, ExplanationWork work, Bell bell, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        long project = await db.Runs.Where(run => run.Id == runId).Select(run => run.ProjectId).SingleAsync(cancellationToken);
        await ExplanationActions.RequestAsync(db, work, bell, project, runId, camera ?? "", caller, time.GetUtcNow(), cancellationToken);
        return TypedResults.Accepted($"/api/v1/runs/{runId}/explanation?camera={Uri.EscapeDataString(camera ?? "")}");
    }

    private static Task<string> SlugAsync(MonitoringDbContext db, long projectId, CancellationToken cancellationToken) =>
        db.Projects.Where(project => project.Id == projectId).Select(project => project.Slug).SingleAsync(cancellationToken);
}

/// <summary>The cause of a run's drift on a camera.</summary>
internal sealed record ExplanationView(long RunId, string Camera, ExplanationState State, double Progress, string? Failure, DriftFinding? Found)
{
    public static ExplanationView Of(DriftExplanation row) => new(row.RunId, row.Camera, row.State, row.Progress, row.Failure, row.Content is { } content ? DriftFinding.FromJson(content) : null);
}
