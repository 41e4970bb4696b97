using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>From a set of evidence to numbers with 95 % bootstrap intervals.</summary>
public static class QualityReport
{
    /// <summary>Measures everything that the set gives.</summary>
    /// <param name="set">The labelled and scored images.</param>
    /// <param name="weights">One per image: 1 / inclusion probability.</param>
    /// <param name="replicates">Bootstrap replicates.</param>
    /// <param name="seed">The same seed gives the same bits.</param>
    public static IReadOnlyList<Measure> Measure(IEvidenceSet set, ReadOnlySpan<double> weights, int replicates, ulong seed)
    {
        IReadOnlyList<Statistic> statistics = set.Statistics;
        double[] values = new double[statistics.Count];
        Array.Fill(values, double.NaN);
        if (set.ImageCount > 0)
        {
            set.Summarize(weights, values);
        }

        Interval?[] intervals = Bootstrap.Percentile(weights, replicates, seed, statistics.Count, set.Resample);
        double effective = HorvitzThompson.EffectiveCount(weights);
        return [.. statistics.Select((statistic, index) => Row(set, statistic, values[index], Honest(intervals[index], values[index], Math.Min(effective, statistic.Count))))];
    }

    /// <summary>
    /// Where every image says 0, or every image says 1, resampling them can only say the same again, and "1.00 ± 0.00" of
    /// ten images would be a lie: there the interval is Wilson's, of as many independent images as the weights are worth.
    /// </summary>
    private static Interval? Honest(Interval? resampled, double value, double effectiveCount) =>
        resampled is { } interval && interval.Low == interval.High && value is 0 or 1 && effectiveCount > 0
            ? Proportion.Wilson(value * effectiveCount, effectiveCount)
            : resampled;

    private static Measure Row(IEvidenceSet set, Statistic statistic, double value, Interval? interval)
    {
        Measure row = Monitoring.Measure.Of(statistic.Metric, statistic.ClassIndex, value, statistic.Count, UndefinedBecause(set, statistic));
        return row.Value is null ? row : row with { Low = interval?.Low, High = interval?.High };
    }

    private static string UndefinedBecause(IEvidenceSet set, Statistic statistic) => (set.ImageCount, statistic.Count) switch
    {
        (0, _) => "No image of the sample has a label yet.",
        (_, 0) => "No labelled image of the sample shows this class.",
        _ => "The class was never predicted.",
    };
}
