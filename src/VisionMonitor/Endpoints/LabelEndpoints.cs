using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Endpoints;

/// <summary>The truth of images, early or late. Only what changed is compared again.</summary>
internal static class LabelEndpoints
{
    private const long MostLabelBytes = 256L * 1024 * 1024;

    public static void MapLabels(this RouteGroupBuilder api)
    {
        RouteGroupBuilder labels = api.MapGroup("").WithTags("Labels");
        labels.MapPut("/images/{imageId:long}/label", WriteAsync).For(Role.Editor).WithSummary("Say what an image shows; the same truth again changes nothing");
        labels.MapGet("/images/{imageId:long}/labels", ListAsync).WithSummary("Every revision of an image's truth, newest first");
        labels.MapPost("/projects/{projectId:long}/labels/import", ImportAsync).For(Role.Editor).DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(MostLabelBytes))
            .WithSummary("Import a label file, or a ZIP of one with or without its images (multipart `file`), in any format that `labels check` knows; labels find their images by clientId. With `baselineName` the images become the baseline");
    }

    private static async Task<Results<Ok<LabelWritten>, ProblemHttpResult>> WriteAsync(
        long imageId, JsonElement? truth, string? source, Caller caller, LabelIngest labels, Bell bell, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        if (truth is not { } given)
        {
            return Problem.Invalid("truth_missing", "The body is the truth as JSON, such as {\"task\":\"classification\",\"class\":0}.");
        }

        long projectId = await db.Images.Where(image => image.Id == imageId).Select(image => image.ProjectId).SingleAsync(cancellationToken);
        Dictionary<long, Truth> truths = new() { [imageId] = Truth.FromJson(given.GetRawText()) };
        int changed = await labels.WriteAsync(projectId, truths, source ?? $"API key \"{caller.Name}\"", cancellationToken);
        bell.LabelsChanged(projectId, changed);
        int revision = await db.Images.Where(image => image.Id == imageId).Select(image => image.LabelRevision).SingleAsync(cancellationToken);
        return TypedResults.Ok(new LabelWritten(imageId, revision, changed > 0));
    }

    private static async Task<Ok<List<LabelView>>> ListAsync(long imageId, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        List<Label> rows = await db.Labels.AsNoTracking().Where(label => label.ImageId == imageId).OrderByDescending(label => label.Revision).Take(100).ToListAsync(cancellationToken);
        return TypedResults.Ok(rows.ConvertAll(label => new LabelView(label.Revision, JsonElement.Parse(label.Truth), label.Source, label.CreatedAt)));
    }

    private static async Task<Results<Ok<ImportReport>, ProblemHttpResult>> ImportAsync(
        long projectId, IFormFile file, [FromForm] string? format, [FromForm] string? baselineName,
        Caller caller, LabelImport import, Bell bell, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (format is not null && LabelFormats.Find(format) is null)
        {
            return Problem.Invalid("unknown_label_format", $"There is no format '{format}'; there are {string.Join(", ", LabelFormats.All.Select(one => one.Id))}.");
        }

        using TemporaryFile copy = await file.ToFileAsync(TemporaryFile.Called(LabelUpload.CopyNameOf(file.FileName)), cancellationToken);
        VisionTask task = await db.Projects.Where(project => project.Id == projectId).Select(project => project.Task).SingleAsync(cancellationToken);
        using LabelUpload upload = LabelUpload.Read(copy.Path, new LabelOptions { MaxBytes = MostLabelBytes, KeepShapes = task == VisionTask.InstanceSegmentation }, format);
        string source = $"{upload.Format.Id} import by {caller.Name}";
        ImportReport report = await import.ImportAsync(projectId, upload.Labels, upload.ImageFolder, baselineName, source, progress: null, cancellationToken);
        bell.LabelsChanged(projectId, report.LabelledCount);
        db.Record(caller, time.GetUtcNow(), "labels.imported", projectId, $"{report.LabelledCount} new or changed, {report.UnchangedCount} known");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(report);
    }
}

/// <summary>What became of a label.</summary>
internal sealed record LabelWritten(long ImageId, int Revision, bool Changed);

/// <summary>One revision of an image's truth.</summary>
internal sealed record LabelView(int Revision, JsonElement Truth, string Source, DateTimeOffset CreatedAt);
