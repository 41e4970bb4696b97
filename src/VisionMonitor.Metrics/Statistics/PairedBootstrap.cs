namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// Bootstrap of the difference between two sides that judged the SAME images: every replicate draws the images once and
/// summarizes both sides with the same weights, so what the sides have in common cancels.
/// </summary>
public static class PairedBootstrap
{
    /// <summary>Differences, B minus A, with intervals and p-values.</summary>
    /// <param name="weights">One finite weight of at least 0 per image; no image gives <see langword="null"/> for every statistic.</param>
    /// <param name="replicates">How many replicates, at least 1.</param>
    /// <param name="seed">The same seed gives the same bytes, on any number of threads.</param>
    /// <param name="statisticCount">How many statistics each side writes.</param>
    /// <param name="summarizeA">Statistics of side A; NaN where one is undefined.</param>
    /// <param name="summarizeB">Statistics of side B; NaN where one is undefined.</param>
    /// <param name="level">Share of the distribution inside the interval, 0 to 1, both ends excluded.</param>
    /// <param name="degreeOfParallelism">How many threads may work at once; the delegates are then called from several.</param>
    /// <returns>One per statistic; <see langword="null"/> where a side is undefined, or fewer than half of the replicates define both.</returns>
    public static PairedDifference?[] Compare(
        ReadOnlySpan<double> weights,
        int replicates,
        ulong seed,
        int statisticCount,
        Action<ReadOnlySpan<double>, Span<double>> summarizeA,
        Action<ReadOnlySpan<double>, Span<double>> summarizeB,
        double level = 0.95,
        int degreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(summarizeA);
        ArgumentNullException.ThrowIfNull(summarizeB);
        Bootstrap.CheckLevel(level);
        double[] table = Bootstrap.Replicates(weights, replicates, seed, statisticCount, Subtract, degreeOfParallelism);
        var differences = new PairedDifference?[statisticCount];
        if (weights.IsEmpty)
        {
            return differences;
        }

        double[] point = new double[statisticCount];
        Subtract(weights, point);
        for (int s = 0; s < statisticCount; s++)
        {
            double[] sorted = Bootstrap.Column(table, statisticCount, s);
            if (!double.IsNaN(point[s]) && Bootstrap.PercentileOf(sorted, level, replicates) is { } interval)
            {
                differences[s] = new PairedDifference(point[s], interval, TwoSided(sorted));
            }
        }

        return differences;

        void Subtract(ReadOnlySpan<double> replicateWeights, Span<double> statistics)
        {
            double[] a = new double[statisticCount];
            summarizeA(replicateWeights, a);
            summarizeB(replicateWeights, statistics);
            for (int s = 0; s < statisticCount; s++)
            {
                statistics[s] -= a[s];
            }
        }
    }

    internal static double TwoSided(ReadOnlySpan<double> differences)
    {
        int below = 0, above = 0;
        foreach (double difference in differences)
        {
            below += difference <= 0 ? 1 : 0;
            above += difference >= 0 ? 1 : 0;
        }

        return Math.Min(1, 2.0 * (1 + Math.Min(below, above)) / (differences.Length + 1));
    }
}
