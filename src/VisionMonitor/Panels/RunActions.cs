using VisionMonitor.Endpoints;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Panels;

/// <summary>What a person does with runs. The page and the API call the same.</summary>
internal static class RunActions
{
    /// <summary>Plans a run of a window now, rings for it, and writes down who asked.</summary>
    /// <exception cref="ArgumentException">The window is empty or upside down, or there is no such project.</exception>
    public static async Task<PlannedRun> StartAsync(
        MonitoringDbContext db, RunPlanner planner, Bell bell, long projectId, (DateTimeOffset Start, DateTimeOffset End) window, int sampleSize, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Null is only for a schedule's due time that somebody else planned; a run asked for by a person has none.
        PlannedRun planned = (await planner.PlanAsync(new PlanRequest(projectId, window.Start, window.End, sampleSize, "manual"), cancellationToken))!;
        bell.RunPlanned(planned);
        db.Record(caller, now, "run.started", projectId, $"run {planned.RunId}, {planned.SampleCount} images");
        await db.SaveChangesAsync(cancellationToken);
        return planned;
    }
}
