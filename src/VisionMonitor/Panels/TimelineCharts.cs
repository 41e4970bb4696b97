using VisionMonitor.Components;
using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The charts of a time line from the rows of its runs.</summary>
internal sealed class TimelineCharts(Project project, LiveVersions live, Run[] runs, RunMetric[] metrics, DriftCheck[] drift, Incident[] incidents, DateTimeOffset from, DateTimeOffset to)
{
    private readonly ILookup<(string Metric, long Version), RunMetric> _metrics = metrics.ToLookup(metric => (metric.Metric, metric.ModelVersionId));

    public ChartSpec Quality(string metric, int classIndex, string camera, QualityEstimate[] estimates)
    {
        MetricText text = MetricNames.Describe(metric);
        string of = classIndex < 0 ? "" : $" on {project.ClassNames[classIndex]}";
        ChartSeries[] series = [.. live.Of(project.Id)
            .Select(version => Series($"v{version.Number}", SeriesColor.OfVersion(version.Number), metric, version.Id))
            .Where(line => line.Points.Any(point => point.Y is not null || point.Note is not null))];
        return Spec($"{text.Name}{of}{(camera.Length > 0 ? $", {camera}" : "")}", text.Name, text.Unit, [.. series, .. Estimated(estimates)]) with
        {
            Subtitle = SampleNote(series),
            EmptyBecause = "No quality is known in this range: no label has arrived for its images.",
        };
    }

    // One dashed line, of the version that was live at the time; where labels measured the run, they speak.
    private IEnumerable<ChartSeries> Estimated(QualityEstimate[] estimates)
    {
        Dictionary<(long Run, long Version), QualityEstimate> byRun = estimates.GroupBy(row => (row.RunId, row.ModelVersionId))
            .ToDictionary(group => group.Key, group => group.MinBy(row => EstimateMethods.Rank(row.Method))!);
        ChartPoint[] points = [.. runs.Select(run => live.At(project.Id, run.WindowEnd) is { } version && byRun.TryGetValue((run.Id, version.Id), out QualityEstimate? row)
            ? new ChartPoint(X(run), row.Value, row.Low, row.High, row.Count, row.Distrust is { } doubt ? $"do not trust: {doubt}" : row.Method == EstimateMethods.Labels ? "estimated from the labels that had come" : "estimated without labels", $"/projects/{project.Slug}/estimates")
            : new ChartPoint(X(run), null))];
        return points.Any(point => point.Y is not null) ? [new ChartSeries { Name = "estimated", Kind = ChartSeriesKind.Estimated, ColorIndex = -1, Points = points }] : [];
    }

    public ChartSpec Drift(string camera)
    {
        ILookup<long, DriftCheck> byVersion = drift.ToLookup(check => check.ModelVersionId);
        ChartSeries[] series = [.. live.Of(project.Id).Where(version => byVersion.Contains(version.Id)).Select(version =>
        {
            Dictionary<long, DriftCheck> checks = byVersion[version.Id].ToDictionary(check => check.RunId);
            return new ChartSeries
            {
                Name = $"v{version.Number}",
                ColorIndex = SeriesColor.OfVersion(version.Number),
                Points = [.. runs.Select(run => checks.TryGetValue(run.Id, out DriftCheck? check)
                    ? new ChartPoint(X(run), check.Score, Count: check.WindowCount, Note: check.Reason, Link: LinkOf(run))
                    : new ChartPoint(X(run), null, Note: "not checked"))],
            };
        })];
        double? limit = drift.Where(check => check.Limit is not null).MaxBy(check => check.RunId)?.Limit;
        return Spec($"Drift against the baseline{(camera.Length > 0 ? $", {camera}" : "")}", "Drift score", "robust SD", series) with
        {
            Subtitle = $"{Budget()}{Calibrating(camera)}",
            Limits = limit is { } y ? [new ChartLimit(y, $"limit {NumberText.Significant(y)}")] : [],
            EmptyBecause = project.BaselineId is null ? "No baseline is chosen, so there is nothing to drift from." : "No drift check in this range: the baseline or the window is still too small.",
        };
    }

    /// <summary>What the limit promises, beside the limit.</summary>
    private string Budget() => "robust standard deviations beyond what the baseline shows" + (drift.Where(check => check.FalseAlarmsPer30Days is not null).MaxBy(check => check.RunId)?.FalseAlarmsPer30Days is { } expected
        ? $"; {NumberText.Significant(expected)} false alarms a month are to be expected, all versions and cameras together"
        : "");

    /// <summary>The newest check's own words while its watch is calibrating.</summary>
    private string Calibrating(string camera) =>
        drift.Where(check => check.Camera == camera).MaxBy(check => check.RunId)?.Reason is { } reason && reason.StartsWith("Calibrating", StringComparison.Ordinal) ? $". {reason}" : "";

    public IReadOnlyList<ChartSpec> Properties(string camera) =>
        [.. new[] { MetricNames.Brightness, MetricNames.Contrast, MetricNames.Sharpness, MetricNames.Saturation }.Select(metric =>
        {
            MetricText text = MetricNames.Describe(metric);
            string title = camera.Length > 0 ? $"{text.Name}, {camera}" : text.Name;
            return Spec(title, text.Name, metric == MetricNames.Sharpness ? "SD of Laplacian" : text.Unit, [Series("", -1, metric, 0)]) with { EmptyBecause = "Not measured in this range." };
        })];

    public ChartSpec Volume(string camera)
    {
        MetricText text = MetricNames.Describe(MetricNames.Volume);
        ChartSeries series = camera.Length > 0 || _metrics.Contains((MetricNames.Volume, 0))
            ? Series("", -1, MetricNames.Volume, 0)
            : new ChartSeries { Name = "", ColorIndex = -1, Points = [.. runs.Select(run => new ChartPoint(X(run), run.PopulationCount, Link: LinkOf(run)))] };
        ChartSpec spec = Spec("Volume", text.Name, text.Unit, [series]);
        return spec with { Y = spec.Y with { Minimum = 0 } };
    }

    public ChartSpec Latency()
    {
        MetricText text = MetricNames.Describe(MetricNames.LatencyTotal95);
        ChartSeries[] series = [.. live.Of(project.Id).Select(version => Series($"v{version.Number}", SeriesColor.OfVersion(version.Number), MetricNames.LatencyTotal95, version.Id))
            .Where(line => line.Points.Any(point => point.Y is not null))];
        ChartSpec spec = Spec("Latency", text.Name, text.Unit, series);
        return spec with { Y = spec.Y with { Minimum = 0 }, EmptyBecause = "No latency was measured in this range." };
    }

    private ChartSpec Spec(string title, string label, string unit, IReadOnlyList<ChartSeries> series) => new()
    {
        Title = title,
        X = new ChartAxis("Time", "", ChartAxisKind.Time) { TimeZone = project.TimeZone, Minimum = from.ToUnixTimeMilliseconds(), Maximum = to.ToUnixTimeMilliseconds() },
        Y = new ChartAxis(label, unit),
        Series = series,
        Marks = Marks(),
    };

    private ChartSeries Series(string name, int color, string metric, long versionId)
    {
        Dictionary<long, RunMetric> byRun = _metrics[(metric, versionId)].ToDictionary(row => row.RunId);
        return new ChartSeries
        {
            Name = name,
            ColorIndex = color,
            Points = [.. runs.Select(run => byRun.TryGetValue(run.Id, out RunMetric? row)
                ? new ChartPoint(X(run), row.Value, row.Low, row.High, row.Count, row.UndefinedBecause, LinkOf(run))
                : new ChartPoint(X(run), null))],
        };
    }

    private ChartMark[] Marks() =>
    [
        .. live.Deployments(project.Id).Where(deployment => deployment.DeployedAt >= from && deployment.DeployedAt <= to)
            .Select(deployment => new ChartMark(ChartMarkKind.Deployment, deployment.DeployedAt.ToUnixTimeMilliseconds(), null, $"v{live.Find(deployment.ModelVersionId)?.Number} live")),
        .. incidents.Select(incident => new ChartMark(ChartMarkKind.Incident, incident.StartedAt.ToUnixTimeMilliseconds(), incident.ResolvedAt?.ToUnixTimeMilliseconds(), incident.Summary, $"/alerts/{incident.Id}")),
    ];

    private static string SampleNote(ChartSeries[] series)
    {
        long[] counts = [.. series.SelectMany(line => line.Points).Select(point => point.Count).OfType<long>().Order()];
        return counts.Length == 0 ? "95 % bootstrap interval" : $"95 % bootstrap interval, n = {NumberText.Count(counts[counts.Length / 2])} a run (median)";
    }

    private string LinkOf(Run run) => $"/projects/{project.Slug}/images?run={run.Id}";

    private static double X(Run run) => run.WindowEnd.ToUnixTimeMilliseconds();
}
