using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Panels;

/// <summary>One window beside the baseline: where its images lie, which differ most, what moved, and what explains it.</summary>
public sealed record DriftExplorerPanel
{
    public required long ProjectId { get; init; }

    public required string Name { get; init; }

    public required string TimeZone { get; init; }

    public required bool HasBaseline { get; init; }

    /// <summary>The newest runs, for the window picker; newest first.</summary>
    public required IReadOnlyList<DriftWindow> Windows { get; init; }

    public required IReadOnlyList<string> Cameras { get; init; }

    /// <summary>The chosen window; null where no run was completed.</summary>
    public DriftWindow? Window { get; init; }

    public string Camera { get; init; } = "";

    /// <summary>The version whose embeddings are shown.</summary>
    public int? VersionNumber { get; init; }

    /// <summary>The drift check of that version and camera.</summary>
    public DriftCheck? Check { get; init; }

    /// <summary>The map and the clusters; null where one side is too small or has no embeddings.</summary>
    public WindowSeparation? Separation { get; init; }

    /// <summary>How image properties moved, the most moved first.</summary>
    public IReadOnlyList<MovedProperty> Properties { get; init; } = [];

    /// <summary>How far the search for the cause is; null where nobody asked.</summary>
    public DriftExplanation? Request { get; init; }

    /// <summary>What the search found.</summary>
    public DriftFinding? Finding { get; init; }

    private const int MostWindows = 60;
    private const int MostImages = 240;

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<DriftExplorerPanel?> LoadDriftAsync(MonitoringDbContext db, string slug, DriftQuery query, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(project => project.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        List<Run> runs = await db.Runs.AsNoTracking().Where(run => run.ProjectId == project.Id && run.State == RunState.Completed && (query.Run == null || run.Id <= query.Run + MostWindows / 2))
            .OrderByDescending(run => run.WindowEnd).ThenByDescending(run => run.Id).Take(MostWindows).ToListAsync(cancellationToken);
        long[] runIds = [.. runs.Select(run => run.Id)];
        List<DriftCheck> checks = await db.DriftChecks.AsNoTracking().Where(check => runIds.Contains(check.RunId)).ToListAsync(cancellationToken);
        DriftWindow[] windows = [.. runs.Select(run => DriftWindow.Of(run, checks.Where(check => check.RunId == run.Id && check.ModelVersionId == (live.At(project.Id, run.WindowEnd)?.Id ?? check.ModelVersionId))))];
        string[] cameras = [.. checks.Select(check => check.Camera).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)];

        // Without a wish the newest drifting window opens; where none drifts, the newest that was judged.
        DriftWindow? window = windows.FirstOrDefault(one => one.RunId == query.Run) ?? windows.FirstOrDefault(one => one.IsDrifting) ?? windows.FirstOrDefault(one => one.Score is not null) ?? windows.FirstOrDefault();
        DriftExplorerPanel panel = new() { ProjectId = project.Id, Name = project.Name, TimeZone = project.TimeZone, HasBaseline = project.BaselineId is not null, Windows = windows, Cameras = cameras, Window = window };
        if (window is null)
        {
            return panel;
        }

        string camera = query.Camera ?? window.WorstCamera;
        Run run = runs.Single(one => one.Id == window.RunId);
        ModelVersion? version = Seeing(live, project, run);
        DriftExplanation? request = await db.DriftExplanations.AsNoTracking().FirstOrDefaultAsync(row => row.RunId == run.Id && row.Camera == camera, cancellationToken);
        IQueryable<Image> baseline = db.ImageSetMembers.Where(member => member.ImageSetId == run.BaselineId).Join(db.Images.Where(image => camera == "" || image.Camera == camera), member => member.ImageId, image => image.Id, (member, image) => image);
        IQueryable<Image> seen = db.RunImages.Where(member => member.RunId == run.Id).Join(db.Images.Where(image => camera == "" || image.Camera == camera), member => member.ImageId, image => image.Id, (member, image) => image);
        return panel with
        {
            Camera = camera,
            VersionNumber = version?.Number,
            Check = checks.Find(check => check.RunId == run.Id && check.ModelVersionId == version?.Id && check.Camera == camera),
            Separation = version is null ? null : await SeparateAsync(db, baseline, seen, version.Id, cancellationToken),
            Properties = MovedProperty.Of(await baseline.AsNoTracking().OrderBy(image => image.Id).Take(1000).ToListAsync(cancellationToken), await seen.AsNoTracking().OrderBy(image => image.Id).Take(1000).ToListAsync(cancellationToken)),
            Request = request,
            Finding = request?.Content is { } content ? DriftFinding.FromJson(content) : null,
        };
    }

    private static ModelVersion? Seeing(LiveVersions live, Project project, Run run) =>
        live.Of(project.Id).Where(version => run.ModelVersionIds.Contains(version.Id) && ModelContract.Parse(version.Contract).EmbeddingOutput is not null)
            .OrderByDescending(version => version.Id == live.At(project.Id, run.WindowEnd)?.Id).FirstOrDefault();

    private static async Task<WindowSeparation?> SeparateAsync(MonitoringDbContext db, IQueryable<Image> baseline, IQueryable<Image> window, long versionId, CancellationToken cancellationToken)
    {
        (List<long> usualIds, float[] usual, int dimension) = await EmbeddingsAsync(db, baseline, versionId, 0, cancellationToken);
        (List<long> seenIds, float[] seen, _) = await EmbeddingsAsync(db, window, versionId, dimension, cancellationToken);
        return dimension == 0 ? null : KeptSeparations.Of(usualIds, usual, seenIds, seen, dimension);
    }

    private static async Task<(List<long> Ids, float[] Rows, int Dimension)> EmbeddingsAsync(MonitoringDbContext db, IQueryable<Image> images, long versionId, int dimension, CancellationToken cancellationToken)
    {
        var rows = await images.Join(db.Rescores.Where(row => row.ModelVersionId == versionId && row.Embedding != null), image => image.Id, row => row.ImageId, (image, row) => new { image.Id, row.Embedding })
            .OrderBy(row => row.Id).Take(MostImages).ToListAsync(cancellationToken);
        dimension = dimension == 0 && rows.Count > 0 ? rows[0].Embedding!.Length / sizeof(float) : dimension;
        List<long> ids = [];
        List<float> all = [];
        foreach (var row in rows)
        {
            ReadOnlySpan<float> embedding = MemoryMarshal.Cast<byte, float>(row.Embedding);
            if (embedding.Length == dimension && !embedding.ContainsAny(float.NaN, float.PositiveInfinity, float.NegativeInfinity))
            {
                ids.Add(row.Id);
                all.AddRange(embedding);
            }
        }

        return (ids, [.. all], dimension);
    }
}

/// <summary>Which window of which camera is looked at; the page's address carries the same.</summary>
public sealed record DriftQuery(long? Run = null, string? Camera = null);

/// <summary>A window to choose.</summary>
public sealed record DriftWindow(long RunId, DateTimeOffset Start, DateTimeOffset End, double? Score, double? Limit, bool IsDrifting, string WorstCamera)
{
    internal static DriftWindow Of(Run run, IEnumerable<DriftCheck> checks)
    {
        DriftCheck[] all = [.. checks];
        DriftCheck? whole = Array.Find(all, check => check.Camera.Length == 0);
        DriftCheck? worst = all.Where(check => check.State == DriftState.Drifting && check.Camera.Length > 0).MaxBy(check => check.Score);
        return new DriftWindow(run.Id, run.WindowStart, run.WindowEnd, whole?.Score, whole?.Limit, all.Any(check => check.State == DriftState.Drifting), worst?.Camera ?? "");
    }
}

/// <summary>An image property of the window beside the baseline's.</summary>
/// <param name="Metric">An id of <see cref="MetricNames"/>.</param>
/// <param name="Baseline">The baseline's median.</param>
/// <param name="Window">The window's median.</param>
/// <param name="Z">The difference of medians in robust standard errors of the window's median.</param>
public sealed record MovedProperty(string Metric, double Baseline, double Window, double Z)
{
    private static readonly (string Metric, Func<Image, double?> Value)[] _all =
    [
        (MetricNames.Brightness, image => image.Brightness), (MetricNames.Contrast, image => image.Contrast),
        (MetricNames.Sharpness, image => image.Sharpness), (MetricNames.Saturation, image => image.Saturation),
    ];

    internal static IReadOnlyList<MovedProperty> Of(IReadOnlyList<Image> baseline, IReadOnlyList<Image> window) =>
    [
        .. _all.Select(one => Of(one.Metric, [.. baseline.Select(one.Value).OfType<double>()], [.. window.Select(one.Value).OfType<double>()]))
            .OfType<MovedProperty>().OrderByDescending(property => Math.Abs(property.Z)),
    ];

    private static MovedProperty? Of(string metric, double[] baseline, double[] window)
    {
        if (baseline.Length < 8 || window.Length < 8)
        {
            return null;
        }

        double usual = Quantile.Median(baseline), seen = Quantile.Median(window), deviation = 1.4826 * Quantile.Median([.. baseline.Select(value => Math.Abs(value - usual))]);
        return new MovedProperty(metric, usual, seen, (seen - usual) / Math.Max(1e-9, 1.2533 * deviation * Math.Sqrt((1.0 / window.Length) + (1.0 / baseline.Length))));
    }
}
