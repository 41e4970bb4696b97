using Microsoft.EntityFrameworkCore;
using VisionMonitor.Components;
using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>Two versions on the same labelled production images.</summary>
public sealed record ComparePanel
{
    public required Project Project { get; init; }

    public required IReadOnlyList<ModelVersion> Versions { get; init; }

    /// <summary>The version that is compared against; the live one unless asked otherwise.</summary>
    public ModelVersion? A { get; init; }

    public ModelVersion? B { get; init; }

    /// <summary>How many days of sampled images are compared.</summary>
    public required int Days { get; init; }

    /// <summary>Null while there is nothing to compare; the reason is beside it.</summary>
    public VersionComparison? Comparison { get; init; }

    public string? EmptyBecause { get; init; }

    /// <summary>What the comparison says, in words.</summary>
    public string Verdict { get; init; } = "";

    public Health Health { get; init; } = Health.Unknown;

    public ChartSpec? Overall { get; init; }

    public ChartSpec? PerClass { get; init; }

    public IReadOnlyList<ComparedImage> Wins { get; init; } = [];

    public IReadOnlyList<ComparedImage> Losses { get; init; } = [];

    public const int Replicates = 1000;
    private const int MostShown = 12;

    /// <summary>Which versions are to be compared, without comparing them.</summary>
    public static async Task<ComparePanel?> ChooseAsync(MonitoringDbContext db, string slug, CompareQuery query, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        IReadOnlyList<ModelVersion> versions = live.Of(project.Id);
        ModelVersion? newest = versions.LastOrDefault();
        ModelVersion? now = live.Now(project.Id);
        ModelVersion? a = versions.FirstOrDefault(version => version.Number == query.A) ?? (now?.Id == newest?.Id ? versions.Count > 1 ? versions[^2] : null : now) ?? versions.FirstOrDefault();
        ModelVersion? b = versions.FirstOrDefault(version => version.Number == query.B) ?? (newest?.Id == a?.Id ? null : newest);
        return new ComparePanel
        {
            Project = project,
            Versions = versions,
            A = a,
            B = b,
            Days = query.Days is > 0 and <= 3650 ? query.Days.Value : 30,
            EmptyBecause = versions.Count < 2 ? "A comparison needs two versions; this project has fewer. Register another one: it is rescored on the same images with the next run."
                : b is null || a is null || a.Id == b.Id ? "Choose two different versions."
                : TaskEvaluations.Find(project.Task) is null ? $"The task {TaskText.Of(project.Task)} cannot be evaluated yet."
                : null,
        };
    }

    /// <summary>Loads and compares; null when there is no such project.</summary>
    public static async Task<ComparePanel?> LoadCompareAsync(MonitoringDbContext db, CompareVersions compare, string slug, CompareQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ComparePanel? panel = await ChooseAsync(db, slug, query, cancellationToken);
        if (panel is null || panel.EmptyBecause is not null || panel.A is not { } a || panel.B is not { } b)
        {
            return panel;
        }

        // The bootstrap keeps a processor busy; the circuit of the page stays free for the person.
        ComparisonRequest request = new(panel.Project.Id, a.Id, b.Id, now.AddDays(-panel.Days), now) { Replicates = Replicates };
        VersionComparison? comparison = await Task.Run(() => compare.CompareAsync(request, cancellationToken), cancellationToken);
        if (comparison is null || comparison.ImageCount < 2)
        {
            return panel with { EmptyBecause = $"No image of the last {panel.Days} days has a label and was scored by both versions. The next run scores both on the same images." };
        }

        return panel with
        {
            Comparison = comparison,
            Verdict = CompareText.Verdict(panel.Project, a, b, comparison),
            Health = !comparison.Headline.IsClear ? Health.Unknown : comparison.Headline.Difference > 0 ? CompareText.Losses(comparison).Any() ? Health.Watch : Health.Good : Health.Bad,
            Overall = CompareText.Forest(panel.Project, "All classes", comparison.Overall, b),
            PerClass = CompareText.Forest(panel.Project, "Per class", comparison.PerClass.Where(metric => metric.Metric == CompareText.ClassMetric(comparison)), b),
            Wins = await ImagesAsync(db, panel.Project, a, b, comparison.Wins.Take(MostShown), cancellationToken),
            Losses = await ImagesAsync(db, panel.Project, a, b, comparison.Losses.Take(MostShown), cancellationToken),
        };
    }

    private static async Task<IReadOnlyList<ComparedImage>> ImagesAsync(MonitoringDbContext db, Project project, ModelVersion a, ModelVersion b, IEnumerable<ImageDifference> differences, CancellationToken cancellationToken)
    {
        ImageDifference[] wanted = [.. differences];
        long[] ids = [.. wanted.Select(one => one.ImageId)];
        var images = await (from image in db.Images.Where(image => ids.Contains(image.Id))
                            join label in db.Labels on new { ImageId = image.Id, Revision = image.LabelRevision } equals new { label.ImageId, label.Revision }
                            select new { image, label.Truth }).AsNoTracking().ToDictionaryAsync(row => row.image.Id, cancellationToken);
        ILookup<long, Rescore> rescores = (await db.Rescores.AsNoTracking().Where(rescore => ids.Contains(rescore.ImageId) && (rescore.ModelVersionId == a.Id || rescore.ModelVersionId == b.Id)).ToArrayAsync(cancellationToken)).ToLookup(rescore => rescore.ImageId);
        return [.. wanted.Where(one => images.ContainsKey(one.ImageId)).Select(one =>
        {
            var row = images[one.ImageId];
            string? Said(ModelVersion version) => ImageOverlay.Of(project, row.Truth, rescores[one.ImageId].FirstOrDefault(rescore => rescore.ModelVersionId == version.Id)?.Prediction).PredictedText;
            ImageOverlay overlay = ImageOverlay.Of(project, row.Truth, rescores[one.ImageId].FirstOrDefault(rescore => rescore.ModelVersionId == b.Id)?.Prediction);
            return new ComparedImage(new ImageTile(row.image.Id, row.image.CapturedAt, row.image.Camera, row.image.WidthPixels, row.image.HeightPixels, one.OutcomeB, null, overlay), Said(a), Said(b), one.OutcomeA, one.OutcomeB);
        })];
    }
}

/// <summary>Which versions are compared, by number, and over how many days.</summary>
public sealed record CompareQuery(int? A = null, int? B = null, int? Days = null);

/// <summary>One image that the two versions answer differently.</summary>
public sealed record ComparedImage(ImageTile Tile, string? SaidByA, string? SaidByB, double OutcomeA, double OutcomeB);
