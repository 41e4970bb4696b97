using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;
using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Endpoints;

/// <summary>What to label next.</summary>
internal static class LabelQueueEndpoints
{
    public static void MapLabelQueue(this RouteGroupBuilder api)
    {
        RouteGroupBuilder queue = api.MapGroup("/projects/{projectId:long}/label-queue").WithTags("Labels");
        queue.MapGet("", GetAsync).WithSummary("The open label requests, with the odds that each was chosen with");
        queue.MapGet("/proposal", ProposeAsync).WithSummary("Which images to label next, what each is worth in points of interval per minute, and what to expect of all; writes nothing");
        queue.MapPost("", AskAsync).For(Role.Editor).WithSummary("Ask for the labels of a queue; the odds are kept, so that metrics stay unbiased");
        queue.MapPost("/send", SendAsync).For(Role.Editor).WithSummary("Send the open requests that are at no tool to a connected one, with the live version's answers to start from");
        queue.MapGet("/export", ExportAsync).For(Role.Editor).WithSummary("The open requests as a zip for a label tool: images, and the live version's answers to start from");
    }

    private static async Task<Ok<LabelQueuePanel>> GetAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok((await LabelQueuePanel.LoadLabelQueueAsync(db, projectId, cancellationToken))!);

    private static async Task<Ok<LabelPlan>> ProposeAsync(long projectId, [Range(1, 500)] int? count, [Range(0.01, 1)] double? randomShare, LabelQueueing queueing, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queueing.ProposeAsync(projectId, count ?? 40, randomShare ?? 0.2, cancellationToken));

    private static async Task<Ok<LabelPlan>> AskAsync(long projectId, LabelOrder order, Caller caller, LabelQueueing queueing, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        LabelPlan plan = await queueing.AskAsync(projectId, order.Count, order.RandomShare, cancellationToken);
        db.Record(caller, time.GetUtcNow(), "labels.asked", projectId, $"{plan.Images.Count} images");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(plan);
    }

    private static async Task<Results<Accepted<SentLabelsView>, ProblemHttpResult>> SendAsync(long projectId, SendOrder order, Caller caller, LabelExchange exchange, Bell bell, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        await LabelToolActions.SendAsync(db, exchange, bell, projectId, order.Tool, caller.Name, time.GetUtcNow(), cancellationToken) is { } sent
            ? TypedResults.Accepted($"/api/v1/projects/{projectId}/label-tools", SentLabelsView.Of(sent, order.Tool))
            : Problem.Conflict("nothing_to_send", "Every open request is at a tool already, or no label is asked for.");

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ExportAsync(long projectId, string? format, LabelExport export, CancellationToken cancellationToken)
    {
        if (LabelFormats.Find(format ?? "coco") is not { } found)
        {
            return Problem.Invalid("unknown_format", $"'{format}' is none of {string.Join(", ", LabelFormats.All.Select(one => one.Id))}.");
        }

        string path = Path.Combine(Path.GetTempPath(), $"visionmonitor-queue-{Guid.NewGuid():N}.zip");
        try
        {
            await export.WriteAsync(projectId, found, path, cancellationToken);
        }
        catch (NotSupportedException refusal)
        {
            return Problem.Invalid("format_cannot_hold_task", refusal.Message);
        }

        // The file goes with its stream.
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 81920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        return TypedResults.Stream(stream, "application/zip", $"label-queue-{found.Id}.zip");
    }
}

/// <summary>Where open requests shall go.</summary>
public sealed record SendOrder
{
    /// <summary>"cvat" or "roboflow".</summary>
    [Required, StringLength(32)]
    public required string Tool { get; init; }
}

/// <summary>How many labels are wanted.</summary>
public sealed record LabelOrder
{
    [Range(1, 500)]
    public int Count { get; init; } = 40;

    /// <summary>The share that is drawn at random whatever its value.</summary>
    [Range(0.01, 1)]
    public double RandomShare { get; init; } = 0.2;
}
