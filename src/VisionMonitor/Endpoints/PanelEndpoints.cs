using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>What the pages show, as the pages load it: whatever a person sees, a script can fetch.</summary>
internal static class PanelEndpoints
{
    public static void MapPanels(this RouteGroupBuilder api)
    {
        RouteGroupBuilder panels = api.MapGroup("").WithTags("Panels");
        panels.MapGet("/panels/overview", GetOverviewAsync).WithSummary("The overview: sentences, worst first, and a row for each project");
        panels.MapGet("/panels/alerts", GetAlertsAsync).WithSummary("The alerts inbox");
        panels.MapGet("/panels/jobs", GetJobsAsync).WithSummary("Schedules and runs of all projects");
        panels.MapGet("/incidents/{incidentId:long}/panel", GetIncidentAsync).WithSummary("The incident page");

        RouteGroupBuilder project = panels.MapGroup("/projects/{projectId:long}/panels");
        project.MapGet("/timeline", GetTimelineAsync).WithSummary("The project's time line: its charts as values, and what they say");
        project.MapGet("/images", GetImagesAsync).WithSummary("The gallery, with truth and prediction to be laid over each image");
        project.MapGet("/images/{imageId:long}", GetImageAsync).WithSummary("One image of the gallery");
        project.MapGet("/models", GetModelsAsync).WithSummary("The project's versions");
        project.MapGet("/rules", GetRulesAsync).WithSummary("The project's rules and what each would have done");
        project.MapGet("/compare", GetComparisonAsync).WithSummary("Two versions on the same images: the paired difference with its interval, per class, wins and losses");
        project.MapGet("/confusion", GetConfusionAsync).WithSummary("Which class is taken for which");
        project.MapGet("/settings", GetProjectSettingsAsync).For(Role.Editor).WithSummary("How images reach the project, and which files of its watched folder could not be taken");
        project.MapGet("/jobs", GetProjectJobsAsync).WithSummary("The project's schedules and runs");
    }

    private static async Task<Ok<OverviewPanel>> GetOverviewAsync(MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await OverviewPanel.LoadOverviewAsync(db, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<AlertsPanel>> GetAlertsAsync(MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await AlertsPanel.LoadAlertsAsync(db, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<JobsPanel>> GetJobsAsync(MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await JobsPanel.LoadJobsAsync(db, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<JobsPanel>> GetProjectJobsAsync(long projectId, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await JobsPanel.LoadJobsAsync(db, time.GetUtcNow(), cancellationToken, projectId));

    private static async Task<Ok<IncidentPanel>> GetIncidentAsync(long incidentId, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await IncidentPanel.LoadIncidentAsync(db, incidentId, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<TimelinePanel>> GetTimelineAsync(
        long projectId, [AsParameters] TimelineQuery query, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await TimelinePanel.LoadTimelineAsync(db, await SlugAsync(db, projectId, cancellationToken), query, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<ImagesPanel>> GetImagesAsync(long projectId, [AsParameters] ImagesQuery query, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ImagesPanel.LoadImagesAsync(db, await SlugAsync(db, projectId, cancellationToken), query, cancellationToken));

    private static async Task<Ok<ImageDetailPanel>> GetImageAsync(long projectId, long imageId, int? version, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ImageDetailPanel.LoadImageAsync(db, await SlugAsync(db, projectId, cancellationToken), imageId, version, cancellationToken));

    private static async Task<Ok<ModelsPanel>> GetModelsAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ModelsPanel.LoadModelsAsync(db, await SlugAsync(db, projectId, cancellationToken), cancellationToken));

    private static async Task<Ok<RulesPanel>> GetRulesAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await RulesPanel.LoadRulesAsync(db, await SlugAsync(db, projectId, cancellationToken), cancellationToken));

    private static async Task<Ok<ComparePanel>> GetComparisonAsync(
        long projectId, [AsParameters] CompareQuery query, CompareVersions compare, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ComparePanel.LoadCompareAsync(db, compare, await SlugAsync(db, projectId, cancellationToken), query, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<ProjectSettingsPanel>> GetProjectSettingsAsync(long projectId, WatchedFolders folders, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ProjectSettingsPanel.LoadProjectSettingsAsync(db, folders, await SlugAsync(db, projectId, cancellationToken), cancellationToken));

    private static async Task<Results<Ok<ConfusionView>, ProblemHttpResult>> GetConfusionAsync(
        long projectId, long? modelVersionId, DateTimeOffset? from, DateTimeOffset? to, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        Project project = await db.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken);
        ModelVersion? version = modelVersionId is null
            ? (await LiveVersions.LoadAsync(db, cancellationToken, projectId)).Now(projectId)
            : await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == modelVersionId && row.ProjectId == projectId, cancellationToken);
        DateTimeOffset end = to ?? time.GetUtcNow();
        return await ConfusionPanel.LoadConfusionAsync(db, project, version, from ?? end.AddDays(-30), end, cancellationToken) is { } panel
            ? TypedResults.Ok(ConfusionView.Of(panel))
            : Problem.Create(StatusCodes.Status404NotFound, "nothing_compared", "No labelled image was scored by that version in that time.");
    }

    private static Task<string> SlugAsync(MonitoringDbContext db, long projectId, CancellationToken cancellationToken) =>
        db.Projects.Where(project => project.Id == projectId).Select(project => project.Slug).SingleAsync(cancellationToken);
}

/// <summary>A confusion matrix row by row.</summary>
/// <param name="TruthNames">Names of the rows.</param>
/// <param name="PredictedNames">Names of the columns.</param>
/// <param name="Rows">Weighted counts: estimates for the whole window, not only the sample.</param>
/// <param name="ImageCount">Images that it rests on.</param>
/// <param name="VersionNumber">The version.</param>
internal sealed record ConfusionView(IReadOnlyList<string> TruthNames, IReadOnlyList<string> PredictedNames, IReadOnlyList<double[]> Rows, int ImageCount, int VersionNumber)
{
    public static ConfusionView Of(ConfusionPanel panel) => new(
        panel.TruthNames,
        panel.PredictedNames,
        [.. panel.TruthNames.Select((_, row) => panel.PredictedNames.Select((_, column) => panel.Matrix[row, column]).ToArray())],
        panel.ImageCount,
        panel.VersionNumber);
}
