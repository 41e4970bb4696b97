using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>Two versions on the same images: every difference is B minus A, and every replicate draws the images once for both.</summary>
public sealed record VersionComparison
{
    /// <summary>Images that both versions scored and that have a label.</summary>
    public required int ImageCount { get; init; }

    /// <summary>The difference in the task's headline metric.</summary>
    public required MetricDifference Headline { get; init; }

    /// <summary>Every metric over all classes, the headline first.</summary>
    public required IReadOnlyList<MetricDifference> Overall { get; init; }

    /// <summary>Every metric per class.</summary>
    public required IReadOnlyList<MetricDifference> PerClass { get; init; }

    /// <summary>The images that B answers better, the largest gain first.</summary>
    public required IReadOnlyList<ImageDifference> Wins { get; init; }

    /// <summary>The images that B answers worse, the largest loss first.</summary>
    public required IReadOnlyList<ImageDifference> Losses { get; init; }

    /// <summary>The images that both answer equally well.</summary>
    public required IReadOnlyList<ImageDifference> Ties { get; init; }

    /// <summary>
    /// The smallest difference in the headline metric that a sample like this one finds four times out of five (at 95 % confidence);
    /// null where the difference has no interval.
    /// </summary>
    public double? SmallestVisibleDifference => Headline.Interval is { } interval ? interval.Width / (2 * 1.960) * (1.960 + 0.842) : null;

    /// <summary>Compares two versions.</summary>
    /// <param name="imageIds">The images, in the order of both sets.</param>
    /// <param name="a">Version A's evidence.</param>
    /// <param name="b">Version B's evidence of the same images.</param>
    /// <param name="weights">One per image.</param>
    /// <param name="replicates">Bootstrap replicates.</param>
    /// <param name="seed">The same seed gives the same bits.</param>
    public static VersionComparison Of(IReadOnlyList<long> imageIds, IEvidenceSet a, IEvidenceSet b, ReadOnlySpan<double> weights, int replicates, ulong seed)
    {
        if (a.ImageCount != imageIds.Count || b.ImageCount != imageIds.Count)
        {
            throw new ArgumentException($"There are {imageIds.Count} images, {a.ImageCount} of version A and {b.ImageCount} of version B.", nameof(imageIds));
        }

        List<MetricDifference> metrics = Differences(a, b, weights, replicates, seed);
        ImageDifference[] images = [.. imageIds.Select((id, index) => new ImageDifference(id, a.OutcomeOf(index), b.OutcomeOf(index)))];
        return new VersionComparison
        {
            ImageCount = imageIds.Count,
            Headline = metrics[0],
            Overall = [.. metrics.Where(metric => metric.ClassIndex == RunMetric.AllClasses)],
            PerClass = [.. metrics.Where(metric => metric.ClassIndex != RunMetric.AllClasses)],
            Wins = [.. images.Where(image => image.Difference > 0).OrderByDescending(image => image.Difference).ThenBy(image => image.ImageId)],
            Losses = [.. images.Where(image => image.Difference < 0).OrderBy(image => image.Difference).ThenBy(image => image.ImageId)],
            Ties = [.. images.Where(image => image.Difference == 0)],
        };
    }

    private static List<MetricDifference> Differences(IEvidenceSet a, IEvidenceSet b, ReadOnlySpan<double> weights, int replicates, ulong seed)
    {
        int count = a.Statistics.Count;
        double[] valuesA = new double[count], valuesB = new double[count];
        Array.Fill(valuesA, double.NaN);
        Array.Fill(valuesB, double.NaN);
        if (a.ImageCount > 0)
        {
            a.Summarize(weights, valuesA);
            b.Summarize(weights, valuesB);
        }

        PairedDifference?[] differences = PairedBootstrap.Compare(weights, replicates, seed, count, a.Resample, b.Resample);
        return
        [
            .. a.Statistics.Select((statistic, index) => new MetricDifference(
                statistic.Metric,
                statistic.ClassIndex,
                Finite(valuesA[index]),
                Finite(valuesB[index]),
                differences[index]?.Interval,
                differences[index]?.PValue,
                statistic.Count)),
        ];
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>One metric of two versions.</summary>
/// <param name="Metric">An id of <see cref="MetricNames"/>.</param>
/// <param name="ClassIndex">Class index; −1 for all classes together.</param>
/// <param name="ValueA">Version A's; null where it is not defined.</param>
/// <param name="ValueB">Version B's; null where it is not defined.</param>
/// <param name="Interval">95 % interval of B minus A; null where there is none.</param>
/// <param name="PValue">Two-sided; null where there is no interval.</param>
/// <param name="Count">Images, or truth objects of the class.</param>
public sealed record MetricDifference(string Metric, int ClassIndex, double? ValueA, double? ValueB, Interval? Interval, double? PValue, long Count)
{
    /// <summary>B minus A; null where either is not defined.</summary>
    public double? Difference => ValueB - ValueA;

    /// <summary>Whether the interval leaves zero out: more than chance would show.</summary>
    public bool IsClear => Interval is { } interval && !interval.Contains(0);
}

/// <summary>One image in a comparison.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="OutcomeA">How well A answered it, 0 to 1.</param>
/// <param name="OutcomeB">How well B answered it, 0 to 1.</param>
public readonly record struct ImageDifference(long ImageId, double OutcomeA, double OutcomeB)
{
    /// <summary>Above 0 where B answers better.</summary>
    public double Difference => OutcomeB - OutcomeA;
}
