using VisionMonitor.Endpoints;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Panels;

/// <summary>What a person does about drift. The page and the API call the same.</summary>
internal static class ExplanationActions
{
    /// <summary>Asks for the cause of a run's drift on a camera, rings for it, and writes down who asked.</summary>
    public static async Task RequestAsync(MonitoringDbContext db, ExplanationWork work, Bell bell, long projectId, long runId, string camera, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.RequestAsync(runId, camera, cancellationToken);
        bell.ExplanationAsked(runId, camera);
        db.Record(caller, now, "explanation.asked", projectId, $"run {runId}{(camera.Length > 0 ? $", {camera}" : "")}");
        await db.SaveChangesAsync(cancellationToken);
    }
}
