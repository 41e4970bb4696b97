using System.Globalization;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Panels;

/// <summary>A page of a project's images, the newest first, or the worst of a run first.</summary>
public sealed record ImagesPanel
{
    public required long ProjectId { get; init; }

    public required string Slug { get; init; }

    public required string Name { get; init; }

    public required VisionTask Task { get; init; }

    public required string TimeZone { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    public required IReadOnlyList<string> Cameras { get; init; }

    public required IReadOnlyList<ModelVersion> Versions { get; init; }

    /// <summary>The version whose answers are shown.</summary>
    public ModelVersion? Version { get; init; }

    public required IReadOnlyList<ImageTile> Tiles { get; init; }

    /// <summary>Give it back as <see cref="ImagesQuery.After"/> for the next page; null on the last.</summary>
    public string? Next { get; init; }

    /// <summary>Images of the project, whatever the filters.</summary>
    public required int TotalCount { get; init; }

    /// <summary>Whether the search stopped at its bound before it had seen all images.</summary>
    public bool StoppedEarly { get; init; }

    public const int PageSize = 60;
    private const int MostSeen = 3000;

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<ImagesPanel?> LoadImagesAsync(MonitoringDbContext db, string slug, ImagesQuery query, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(project => project.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        IReadOnlyList<ModelVersion> versions = live.Of(project.Id);
        ModelVersion? version = versions.FirstOrDefault(candidate => candidate.Number == query.Version) ?? live.Now(project.Id) ?? versions.LastOrDefault();
        string[] cameras = await db.Images.AsNoTracking().Where(image => image.ProjectId == project.Id && image.Camera != "").Select(image => image.Camera).Distinct().OrderBy(name => name).Take(100).ToArrayAsync(cancellationToken);
        (List<ImageTile> tiles, string? next, bool stopped) = await TilesAsync(db, project, version, query, cancellationToken);
        return new ImagesPanel
        {
            ProjectId = project.Id,
            Slug = project.Slug,
            Name = project.Name,
            Task = project.Task,
            TimeZone = project.TimeZone,
            ClassNames = project.ClassNames,
            Cameras = cameras,
            Versions = versions,
            Version = version,
            Tiles = tiles,
            Next = next,
            StoppedEarly = stopped,
            TotalCount = await db.Images.CountAsync(image => image.ProjectId == project.Id, cancellationToken),
        };
    }

    private static async Task<(List<ImageTile> Tiles, string? Next, bool StoppedEarly)> TilesAsync(MonitoringDbContext db, Project project, ModelVersion? version, ImagesQuery query, CancellationToken cancellationToken)
    {
        List<ImageTile> tiles = [];
        ImageCursor? cursor = ImageCursor.Parse(query.After);
        for (int seen = 0; seen < MostSeen;)
        {
            ImageRow[] rows = await RowsAsync(db, project, version?.Id ?? 0, query, cursor, cancellationToken);
            seen += rows.Length;
            foreach (ImageRow row in rows)
            {
                ImageOverlay overlay = ImageOverlay.Of(project, row.Truth, row.Prediction);
                cursor = new ImageCursor(row.Image.CapturedAt, row.Image.Id);
                if ((query.ClassIndex is not { } wanted || HasClass(row.Truth, wanted)) && (!query.WrongOnly || overlay.IsWrong == true))
                {
                    tiles.Add(new ImageTile(row.Image.Id, row.Image.CapturedAt, row.Image.Camera, row.Image.WidthPixels, row.Image.HeightPixels, row.Score, row.Failure, overlay));
                }

                if (tiles.Count == PageSize)
                {
                    return (tiles, cursor.ToString(), false);
                }
            }

            if (rows.Length < Batch)
            {
                return (query.WorstFirst ? [.. tiles.OrderBy(tile => tile.Score ?? 2)] : tiles, null, false);
            }
        }

        return (tiles, cursor?.ToString(), true);
    }

    private const int Batch = 200;

    private static async Task<ImageRow[]> RowsAsync(MonitoringDbContext db, Project project, long versionId, ImagesQuery query, ImageCursor? cursor, CancellationToken cancellationToken)
    {
        IQueryable<Image> images = db.Images.AsNoTracking().Where(image => image.ProjectId == project.Id);
        if (query.RunId is { } runId)
        {
            images = images.Where(image => db.RunImages.Any(member => member.RunId == runId && member.ImageId == image.Id));
        }

        if (query.Camera is { Length: > 0 } camera)
        {
            images = images.Where(image => image.Camera == camera);
        }

        if (query.From is { } from)
        {
            images = images.Where(image => image.CapturedAt >= from);
        }

        if (query.To is { } to)
        {
            images = images.Where(image => image.CapturedAt < to);
        }

        if (cursor is { } after)
        {
            images = images.Where(image => image.CapturedAt < after.CapturedAt || (image.CapturedAt == after.CapturedAt && image.Id < after.Id));
        }

        return await (from image in images
                      join label in db.Labels on new { ImageId = image.Id, Revision = image.LabelRevision } equals new { label.ImageId, label.Revision } into labels
                      from label in labels.DefaultIfEmpty()
                      join rescore in db.Rescores.Where(rescore => rescore.ModelVersionId == versionId) on image.Id equals rescore.ImageId into rescores
                      from rescore in rescores.DefaultIfEmpty()
                      join evidence in db.Evidence.Where(evidence => evidence.ModelVersionId == versionId) on image.Id equals evidence.ImageId into judged
                      from evidence in judged.DefaultIfEmpty()
                      orderby image.CapturedAt descending, image.Id descending
                      select new ImageRow(image, label == null ? null : label.Truth, rescore == null ? null : rescore.Prediction, rescore == null ? null : rescore.Failure, evidence == null ? null : evidence.ImageScore))
            .Take(Batch).ToArrayAsync(cancellationToken);
    }

    private static bool HasClass(string? truthJson, int classIndex) => truthJson is not null && Truth.FromJson(truthJson) switch
    {
        ClassificationTruth truth => truth.ClassIndex == classIndex,
        DetectionTruth truth => truth.Boxes.Any(box => box.ClassIndex == classIndex),
        InstanceTruth truth => truth.Instances.Any(one => one.Box.ClassIndex == classIndex),
        PanopticTruth truth => truth.Segments.Any(segment => segment.ClassIndex == classIndex),
        SemanticTruth truth => truth.Map.Runs.Where((_, at) => at % 2 == 0).Contains(classIndex),
        _ => false,
    };

    private sealed record ImageRow(Image Image, string? Truth, string? Prediction, string? Failure, double? Score);

    private sealed record ImageCursor(DateTimeOffset CapturedAt, long Id)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CapturedAt.UtcTicks}-{Id}");

        public static ImageCursor? Parse(string? text)
        {
            string[] parts = text?.Split('-') ?? [];
            return parts.Length == 2 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out long ticks) && ticks is >= 0 and < 3155378976000000000 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long id)
                ? new ImageCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id)
                : null;
        }
    }
}

/// <summary>Which images are wanted; the page's address carries the same.</summary>
public sealed record ImagesQuery(string? Camera = null, int? ClassIndex = null, bool WrongOnly = false, int? Version = null, DateTimeOffset? From = null, DateTimeOffset? To = null, long? RunId = null, bool WorstFirst = false, string? After = null);

/// <summary>One image of a gallery.</summary>
public sealed record ImageTile(long Id, DateTimeOffset CapturedAt, string Camera, int WidthPixels, int HeightPixels, double? Score, string? Failure, ImageOverlay Overlay);
