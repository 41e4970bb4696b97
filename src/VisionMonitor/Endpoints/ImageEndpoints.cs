using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Sending images in, finding them again, and their bytes.</summary>
internal static class ImageEndpoints
{
    /// <summary>Images of one batch.</summary>
    public const int MostInBatch = 200;

    private const long MostBatchBytes = 128L * 1024 * 1024;

    // A multipart body is a little longer than the file that it carries.
    private const long Envelope = 256 * 1024;

    public static void MapImages(this RouteGroupBuilder api, long maximumImageBytes)
    {
        RouteGroupBuilder images = api.MapGroup("/projects/{projectId:long}/images").WithTags("Images");
        images.MapPost("", ReceiveAsync).For(Role.Editor).DisableAntiforgery().RequireRateLimiting(Overload.Ingest)
            .WithMetadata(new RequestSizeLimitAttribute(maximumImageBytes + Envelope))
            .WithSummary("Send one image: multipart with `file` and `metadata` (JSON). 201 or 200 means that it is stored durably; the same clientId twice is one image");
        images.MapPost("/batch", ReceiveBatchAsync).For(Role.Editor).DisableAntiforgery().RequireRateLimiting(Overload.Ingest)
            .WithMetadata(new RequestSizeLimitAttribute(MostBatchBytes))
            .WithSummary("Send up to 200 images: multipart with `metadata` (a JSON array) and the files, in the same order; the answer says of each what became of it");
        images.MapGet("", ListAsync).WithSummary("The project's images, newest capture first");
        images.MapGet("/{imageId:long}", GetAsync).WithSummary("One image with its current label and what each version says of it");
        images.MapGet("/{imageId:long}/content", GetContentAsync).WithSummary("The stored bytes");
        images.MapGet("/{imageId:long}/layers/{layer}", GetLayerAsync).WithSummary("Masks, maps or segments as a transparent PNG over the image: `truth`, `predicted` or `difference`; of the deployed version without `version`");
        images.MapGet("/{imageId:long}/thumbnail", GetThumbnailAsync).WithSummary("A JPEG of at most 256 pixels, encoded anew, without metadata");
    }

    private static async Task<Results<Created<ReceivedImage>, Ok<ReceivedImage>, ProblemHttpResult>> ReceiveAsync(
        long projectId, IFormFile file, [FromForm] string metadata, ImageIngest ingest, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, CancellationToken cancellationToken)
    {
        IncomingImage image = ImageMetadata.Parse<ImageMetadata>(metadata, json.Value.SerializerOptions).ToIncoming(await file.ReadAsync(cancellationToken));
        ReceivedImage received = (await ingest.ReceiveAsync(projectId, [image], cancellationToken)).Single();
        return received.Outcome switch
        {
            ReceiveOutcome.Stored => TypedResults.Created($"/api/v1/projects/{projectId}/images/{received.ImageId}", received),
            ReceiveOutcome.AlreadyThere => TypedResults.Ok(received),
            _ => Problem.Create(Refusal.StatusOf(received.Code!), received.Code!, received.Sentence!),
        };
    }

    private static async Task<Results<Ok<IReadOnlyList<ReceivedImage>>, ProblemHttpResult>> ReceiveBatchAsync(
        long projectId, IFormFileCollection files, [FromForm] string metadata, ImageIngest ingest, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, CancellationToken cancellationToken)
    {
        List<ImageMetadata> described = ImageMetadata.Parse<List<ImageMetadata>>(metadata, json.Value.SerializerOptions);
        if (described.Count != files.Count || files.Count is 0 or > MostInBatch)
        {
            return Problem.Invalid("batch_mismatch", $"metadata describes {described.Count} images and the body carries {files.Count} files; both must be the same number from 1 to {MostInBatch}.");
        }

        List<IncomingImage> images = [];
        foreach ((ImageMetadata one, IFormFile file) in described.Zip(files))
        {
            images.Add(one.ToIncoming(await file.ReadAsync(cancellationToken)));
        }

        return TypedResults.Ok(await ingest.ReceiveAsync(projectId, images, cancellationToken));
    }

    private static async Task<Ok<Page<ImageView>>> ListAsync(
        long projectId, [AsParameters] ImageQuery query, Cursor? cursor, int? limit, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        int size = Math.Clamp(limit ?? 50, 1, 500);
        (DateTimeOffset at, long id) = cursor ?? Cursor.Start;
        List<Image> rows = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && (image.CapturedAt < at || (image.CapturedAt == at && image.Id < id)))
            .Where(image => (query.Camera == null || image.Camera == query.Camera) && (query.ClientId == null || image.ClientId == query.ClientId))
            .Where(image => (query.From == null || image.CapturedAt >= query.From) && (query.To == null || image.CapturedAt < query.To))
            .Where(image => query.Labelled == null || query.Labelled == (image.LabelRevision > 0))
            .OrderByDescending(image => image.CapturedAt).ThenByDescending(image => image.Id).Take(size + 1).ToListAsync(cancellationToken);
        Page<Image> page = Page<Image>.Of(rows, size, image => new Cursor(image.CapturedAt, image.Id));
        return TypedResults.Ok(new Page<ImageView>([.. page.Items.Select(ImageView.Of)], page.Next));
    }

    private static async Task<Ok<ImageDetailView>> GetAsync(long projectId, long imageId, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        Image image = await db.Images.AsNoTracking().SingleAsync(image => image.Id == imageId && image.ProjectId == projectId, cancellationToken);
        Label? label = await db.Labels.AsNoTracking().SingleOrDefaultAsync(label => label.ImageId == imageId && label.Revision == image.LabelRevision, cancellationToken);
        List<Rescore> rescores = await db.Rescores.AsNoTracking().Where(rescore => rescore.ImageId == imageId).OrderBy(rescore => rescore.ModelVersionId).ToListAsync(cancellationToken);
        return TypedResults.Ok(ImageDetailView.Of(image, label, rescores));
    }

    private static async Task<IResult> GetContentAsync(long imageId, MonitoringDbContext db, ImageFiles files, HttpContext context, CancellationToken cancellationToken)
    {
        string sha256 = await db.Images.Where(image => image.Id == imageId).Select(image => image.Sha256).SingleAsync(cancellationToken);
        return ImageFiles.Answer(context, sha256, await files.ReadAsync(sha256, cancellationToken));
    }

    private static async Task<IResult> GetThumbnailAsync(long imageId, MonitoringDbContext db, ImageFiles files, HttpContext context, CancellationToken cancellationToken)
    {
        string sha256 = await db.Images.Where(image => image.Id == imageId).Select(image => image.Sha256).SingleAsync(cancellationToken);
        return ImageFiles.Answer(context, sha256, await files.ThumbnailAsync(sha256, cancellationToken));
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> GetLayerAsync(
        long projectId, long imageId, string layer, int? version, int? side, MonitoringDbContext db, HttpContext context, CancellationToken cancellationToken)
    {
        // Addresses are written small; the binder of enums takes only their own spelling.
        if (!Enum.TryParse(layer, ignoreCase: true, out PixelLayerKind kind) || !Enum.IsDefined(kind)
            || await PixelLayerPanel.LoadPictureAsync(db, projectId, imageId, kind, version, Math.Clamp(side ?? 2048, 16, 4096), cancellationToken) is not { } png)
        {
            return TypedResults.NotFound();
        }

        context.Response.Headers.CacheControl = "private, max-age=60";
        return TypedResults.File(png, "image/png");
    }
}

/// <summary>Which images are wanted.</summary>
internal sealed record ImageQuery(string? Camera, string? ClientId, DateTimeOffset? From, DateTimeOffset? To, bool? Labelled);
