using VisionMonitor.Components;
using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>A comparison in words and as forest plots.</summary>
internal static class CompareText
{
    public static string Verdict(Project project, ModelVersion a, ModelVersion b, VersionComparison comparison)
    {
        MetricDifference headline = comparison.Headline;
        string name = MetricNames.Describe(headline.Metric).Name;
        string numbers = $"{name} {NumberText.Points(headline.Difference)} (95 % interval {NumberText.PointsRange(headline.Interval?.Low, headline.Interval?.High)}, n = {NumberText.Count(comparison.ImageCount, "image", "images")})";
        string power = comparison.SmallestVisibleDifference is { } visible ? $" A sample of this size sees differences from {NumberText.Significant(visible * 100)} pt on." : "";
        string worse = string.Join(" and ", Losses(comparison).Take(3).Select(loss => $"the {MetricNames.Describe(loss.Metric).Name} of {ClassRow.NameOf(project, loss.ClassIndex)} ({NumberText.Points(loss.Difference)})"));
        string verdict = headline.Difference is null ? $"v{b.Number} and v{a.Number} cannot be compared: {name} is not defined on these images."
            : !headline.IsClear ? $"No clear difference between v{b.Number} and v{a.Number}: {numbers}."
            : headline.Difference > 0 ? $"v{b.Number} is better than v{a.Number}: {numbers}."
            : $"v{b.Number} is worse than v{a.Number}: {numbers}.";
        return $"{verdict}{(worse.Length == 0 ? "" : $" It is clearly worse in {worse}.")}{power}";
    }

    /// <summary>Where the second version is clearly worse: of each class the metric that lost most, the largest loss first.</summary>
    public static IEnumerable<MetricDifference> Losses(VersionComparison comparison) => comparison.PerClass
        .Where(metric => metric is { IsClear: true, Difference: < 0 } && MetricNames.Describe(metric.Metric).HigherIsBetter != false)
        .GroupBy(metric => metric.ClassIndex)
        .Select(metrics => metrics.MinBy(metric => metric.Difference)!)
        .OrderBy(metric => metric.Difference);

    /// <summary>The metric by which classes are compared: the headline where it exists per class, else F1.</summary>
    public static string ClassMetric(VersionComparison comparison) =>
        comparison.PerClass.Any(metric => metric.Metric == comparison.Headline.Metric) ? comparison.Headline.Metric
        : comparison.PerClass.Any(metric => metric.Metric == MetricNames.F1) ? MetricNames.F1
        : comparison.PerClass.FirstOrDefault()?.Metric ?? "";

    public static ChartSpec Forest(Project project, string title, IEnumerable<MetricDifference> differences, ModelVersion b)
    {
        MetricDifference[] rows = [.. differences];
        string metric = rows.Select(row => row.Metric).Distinct().Count() == 1 ? $", {MetricNames.Describe(rows[0].Metric).Name}" : "";
        return new ChartSpec
        {
            Title = title + metric,
            Subtitle = "difference in points with its 95 % interval, the same images drawn for both; right of the line is better for the second version unless lower is better",
            X = new ChartAxis("", "", ChartAxisKind.Category) { Categories = [.. rows.Select(row => row.ClassIndex < 0 ? MetricNames.Describe(row.Metric).Name : ClassRow.NameOf(project, row.ClassIndex))] },
            Y = new ChartAxis("Difference", "pt"),
            Series = [new ChartSeries
            {
                Name = $"v{b.Number}",
                Kind = ChartSeriesKind.Points,
                ColorIndex = SeriesColor.OfVersion(b.Number),
                Points = [.. rows.Select((row, index) => new ChartPoint(index, row.Difference * 100, row.Interval?.Low * 100, row.Interval?.High * 100, row.Count, row.Count < ClassRow.EnoughCount ? $"only n = {row.Count}" : null))],
            }],
            EmptyBecause = "No metric is defined for both versions on these images.",
        };
    }
}
