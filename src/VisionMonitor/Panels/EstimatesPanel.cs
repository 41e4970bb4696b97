using Microsoft.EntityFrameworkCore;
using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What was estimated before labels came beside what they measured: the track record that says how far an estimate may be believed.</summary>
public sealed record EstimatesPanel
{
    public required long ProjectId { get; init; }

    public required string Name { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>What speaks against any estimate here, in a sentence; null where there are estimates.</summary>
    public string? Missing { get; init; }

    /// <summary>A chart for each version and metric: measured solid, estimated dashed.</summary>
    public required IReadOnlyList<ChartSpec> Charts { get; init; }

    /// <summary>The track record of each version and metric.</summary>
    public required IReadOnlyList<EstimateRecord> Records { get; init; }

    /// <summary>The newest first.</summary>
    public required IReadOnlyList<EstimateRow> Rows { get; init; }

    private const int MostRows = 2000;

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<EstimatesPanel?> LoadEstimatesAsync(MonitoringDbContext db, string slug, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(project => project.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        var joined = await db.QualityEstimates.Join(db.Runs.Where(run => run.ProjectId == project.Id && run.State == RunState.Completed), estimate => estimate.RunId, run => run.Id, (estimate, run) => new { estimate, run.WindowEnd })
            .GroupJoin(
                db.RunMetrics.Where(metric => metric.ClassIndex == RunMetric.AllClasses && metric.Camera == "" && metric.Value != null),
                pair => new { pair.estimate.RunId, pair.estimate.ModelVersionId, pair.estimate.Metric },
                metric => new { metric.RunId, metric.ModelVersionId, metric.Metric },
                (pair, metrics) => new { pair, metrics })
            .SelectMany(one => one.metrics.DefaultIfEmpty(), (one, metric) => new { one.pair.estimate, one.pair.WindowEnd, Measured = metric })
            .OrderByDescending(row => row.WindowEnd).ThenBy(row => row.estimate.ModelVersionId).ThenBy(row => row.estimate.Metric)
            .Take(MostRows).AsNoTracking().ToListAsync(cancellationToken);
        EstimateRow[] rows = [.. joined.Select(row => new EstimateRow(
            row.estimate.RunId, row.WindowEnd, live.Find(row.estimate.ModelVersionId)?.Number ?? 0, row.estimate.Metric, row.estimate.Value, row.estimate.Low, row.estimate.High, row.estimate.Distrust,
            row.Measured?.Value, row.Measured?.Low, row.Measured?.High, row.Measured?.Count ?? 0))];
        IGrouping<(int Version, string Metric), EstimateRow>[] groups = [.. rows.GroupBy(row => (row.VersionNumber, row.Metric)).OrderByDescending(group => group.Key.VersionNumber)];
        return new EstimatesPanel
        {
            ProjectId = project.Id,
            Name = project.Name,
            TimeZone = project.TimeZone,
            Missing = rows.Length > 0 ? null : QualityEstimators.Find(project.Task) is null
                ? "The answers of this task carry no confidence that could be calibrated, so its quality is not estimated without labels."
                : "There is no estimate yet: it needs a baseline with labels, and a run after that.",
            Charts = [.. groups.Select(group => Chart(project, slug, group.Key.Version, group.Key.Metric, [.. group.Reverse()]))],
            Records = [.. groups.Select(group => EstimateRecord.Of(group.Key.Version, group.Key.Metric, [.. group]))],
            Rows = rows,
        };
    }

    private static ChartSpec Chart(Project project, string slug, int version, string metric, EstimateRow[] rows)
    {
        MetricText text = MetricNames.Describe(metric);
        return new ChartSpec
        {
            Title = $"{text.Name} of v{version}",
            Subtitle = "solid: measured by labels that came later; dashed: estimated without them, with the interval that should hold it",
            X = new ChartAxis("Time", "", ChartAxisKind.Time) { TimeZone = project.TimeZone },
            Y = new ChartAxis(text.Name, text.Unit),
            Series =
            [
                new ChartSeries { Name = "measured", ColorIndex = SeriesColor.OfVersion(version), Points = [.. rows.Select(row => new ChartPoint(X(row), row.Measured, Count: row.MeasuredCount, Note: row.Measured is null ? "no label yet" : null, Link: $"/projects/{slug}/images?run={row.RunId}"))] },
                new ChartSeries { Name = "estimated", Kind = ChartSeriesKind.Estimated, ColorIndex = -1, Points = [.. rows.Select(row => new ChartPoint(X(row), row.Value, row.Low, row.High, Note: row.Distrust))] },
            ],
        };
    }

    private static double X(EstimateRow row) => row.At.ToUnixTimeMilliseconds();
}

/// <summary>One estimate and what labels measured later.</summary>
public sealed record EstimateRow(
    long RunId, DateTimeOffset At, int VersionNumber, string Metric, double Value, double Low, double High, string? Distrust, double? Measured, double? MeasuredLow, double? MeasuredHigh, long MeasuredCount)
{
    /// <summary>Whether the interval holds the measured value; null while nothing was measured.</summary>
    public bool? IsHeld => Measured is { } measured ? measured >= Low - 1e-9 && measured <= High + 1e-9 : null;
}

/// <summary>How good the estimates of one version and metric were.</summary>
/// <param name="VersionNumber">The version.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Trusted">Windows that were trusted and measured later.</param>
/// <param name="Held">Those of them whose interval held the measured value.</param>
/// <param name="MeanError">Mean absolute error of them, in points; null where there are none.</param>
/// <param name="Distrusted">Windows that carried a do-not-trust flag and were measured later.</param>
/// <param name="DistrustedHeld">Those of them whose interval held the measured value all the same.</param>
/// <param name="Waiting">Windows whose labels have not come.</param>
public sealed record EstimateRecord(int VersionNumber, string Metric, int Trusted, int Held, double? MeanError, int Distrusted, int DistrustedHeld, int Waiting)
{
    internal static EstimateRecord Of(int version, string metric, IReadOnlyList<EstimateRow> rows)
    {
        EstimateRow[] trusted = [.. rows.Where(row => row.IsHeld is not null && row.Distrust is null)], distrusted = [.. rows.Where(row => row.IsHeld is not null && row.Distrust is not null)];
        return new EstimateRecord(
            version, metric, trusted.Length, trusted.Count(row => row.IsHeld == true), trusted.Length == 0 ? null : 100 * trusted.Average(row => Math.Abs(row.Value - row.Measured!.Value)),
            distrusted.Length, distrusted.Count(row => row.IsHeld == true), rows.Count(row => row.IsHeld is null));
    }
}
