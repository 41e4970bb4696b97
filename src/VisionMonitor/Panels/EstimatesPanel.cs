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

    /// <summary>How the numbers of this page were estimated: the ways that occur.</summary>
    public required IReadOnlyList<MethodText> Methods { get; init; }

    /// <summary>A chart for each version and metric: measured solid, each way of estimating dashed.</summary>
    public required IReadOnlyList<ChartSpec> Charts { get; init; }

    /// <summary>The track record of each version, metric and way of estimating.</summary>
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
            .OrderByDescending(row => row.WindowEnd).ThenBy(row => row.estimate.ModelVersionId).ThenBy(row => row.estimate.Metric).ThenBy(row => row.estimate.Method)
            .Take(MostRows).AsNoTracking().ToListAsync(cancellationToken);
        EstimateRow[] rows = [.. joined.Select(row => new EstimateRow(
            row.estimate.RunId, row.WindowEnd, live.Find(row.estimate.ModelVersionId)?.Number ?? 0, row.estimate.Metric, row.estimate.Method, row.estimate.Count, row.estimate.Value, row.estimate.Low, row.estimate.High, row.estimate.Distrust,
            row.Measured?.Value, row.Measured?.Low, row.Measured?.High, row.Measured?.Count ?? 0))];
        IGrouping<(int Version, string Metric), EstimateRow>[] groups = [.. rows.GroupBy(row => (row.VersionNumber, row.Metric)).OrderByDescending(group => group.Key.VersionNumber)];
        return new EstimatesPanel
        {
            ProjectId = project.Id,
            Name = project.Name,
            TimeZone = project.TimeZone,
            Methods = [.. rows.Select(row => row.Method).Distinct().Order().Select(EstimateMethods.Describe)],
            Missing = rows.Length > 0 ? null : QualityEstimators.Find(project.Task) is null
                ? "The answers of this task carry no confidence that could be calibrated, so its quality is not estimated without labels."
                : "There is no estimate yet: it needs a baseline with labels, and a run after that.",
            Charts = [.. groups.Select(group => Chart(project, slug, group.Key.Version, group.Key.Metric, [.. group.Reverse()]))],
            Records = [.. groups.SelectMany(group => group.GroupBy(row => row.Method).Select(way => EstimateRecord.Of(group.Key.Version, group.Key.Metric, EstimateMethods.Describe(way.Key).Name, [.. way])))],
            Rows = rows,
        };
    }

    private static ChartSpec Chart(Project project, string slug, int version, string metric, EstimateRow[] rows)
    {
        MetricText text = MetricNames.Describe(metric);
        return new ChartSpec
        {
            Title = $"{text.Name} of v{version}",
            Subtitle = "solid: measured by labels that came later; dashed: estimated, with the interval that should hold it",
            X = new ChartAxis("Time", "", ChartAxisKind.Time) { TimeZone = project.TimeZone },
            Y = new ChartAxis(text.Name, text.Unit),
            Series =
            [
                new ChartSeries { Name = "measured", ColorIndex = SeriesColor.OfVersion(version), Points = [.. rows.DistinctBy(row => row.RunId).Select(row => new ChartPoint(X(row), row.Measured, Count: row.MeasuredCount, Note: row.Measured is null ? "no label yet" : null, Link: $"/projects/{slug}/images?run={row.RunId}"))] },
                .. rows.GroupBy(row => row.Method).OrderBy(way => way.Key, StringComparer.Ordinal).Select((way, index) => new ChartSeries
                {
                    Name = $"by {EstimateMethods.Describe(way.Key).Name}",
                    Kind = ChartSeriesKind.Estimated,
                    ColorIndex = index == 0 ? -1 : SeriesColor.OfVersion(version + index),
                    Points = [.. way.Select(row => new ChartPoint(X(row), row.Value, row.Low, row.High, Note: row.Distrust))],
                }),
            ],
        };
    }

    private static double X(EstimateRow row) => row.At.ToUnixTimeMilliseconds();
}

/// <summary>One estimate and what labels measured later.</summary>
public sealed record EstimateRow(
    long RunId, DateTimeOffset At, int VersionNumber, string Metric, string Method, long Count, double Value, double Low, double High, string? Distrust, double? Measured, double? MeasuredLow, double? MeasuredHigh, long MeasuredCount)
{
    /// <summary>
    /// Whether the interval holds the measured value; null while nothing was measured. What rests on some labels is judged when all have come: before, it would be
    /// judged by the labels that it knows.
    /// </summary>
    public bool? IsHeld => Measured is { } measured && (Method != EstimateMethods.Labels || MeasuredCount >= Count) ? measured >= Low - 1e-9 && measured <= High + 1e-9 : null;
}

/// <summary>How good the estimates of one version and metric were.</summary>
/// <param name="VersionNumber">The version.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Method">The name of the way of estimating.</param>
/// <param name="Trusted">Windows that were trusted and measured later.</param>
/// <param name="Held">Those of them whose interval held the measured value.</param>
/// <param name="MeanError">Mean absolute error of them, in points; null where there are none.</param>
/// <param name="Distrusted">Windows that carried a do-not-trust flag and were measured later.</param>
/// <param name="DistrustedHeld">Those of them whose interval held the measured value all the same.</param>
/// <param name="Waiting">Windows whose labels have not come.</param>
public sealed record EstimateRecord(int VersionNumber, string Metric, string Method, int Trusted, int Held, double? MeanError, int Distrusted, int DistrustedHeld, int Waiting)
{
    internal static EstimateRecord Of(int version, string metric, string method, IReadOnlyList<EstimateRow> rows)
    {
        EstimateRow[] trusted = [.. rows.Where(row => row.IsHeld is not null && row.Distrust is null)], distrusted = [.. rows.Where(row => row.IsHeld is not null && row.Distrust is not null)];
        return new EstimateRecord(
            version, metric, method, trusted.Length, trusted.Count(row => row.IsHeld == true), trusted.Length == 0 ? null : 100 * trusted.Average(row => Math.Abs(row.Value - row.Measured!.Value)),
            distrusted.Length, distrusted.Count(row => row.IsHeld == true), rows.Count(row => row.IsHeld is null));
    }
}
