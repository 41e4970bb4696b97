namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// Image-level bootstrap of any vector of statistics. A replicate draws n of the n images with replacement and hands the
/// caller the weights (count × given weight); the caller summarizes its evidence with them, as it does for the point estimate.
/// </summary>
/// <remarks>
/// Draw i of replicate r is draw r·n + i of one SplitMix64 sequence, taken as (u64 &gt;&gt; 33) mod n: the same seed gives the same
/// bytes for 1 and for N threads, and the replicates of another program that follows the same rule.
/// </remarks>
public static class Bootstrap
{
    /// <summary>An interval is given only where at least this share of the replicates defines the statistic.</summary>
    public const double RequiredShare = 0.5;

    /// <summary>Percentile intervals.</summary>
    /// <param name="weights">One finite weight of at least 0 per image; no image gives <see langword="null"/> for every statistic.</param>
    /// <param name="replicates">How many replicates, at least 1.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    /// <param name="statisticCount">How many statistics <paramref name="summarize"/> writes.</param>
    /// <param name="summarize">From the weights of a replicate to the statistics; NaN where one is undefined there. Called from several threads when <paramref name="degreeOfParallelism"/> is above 1.</param>
    /// <param name="level">Share of the distribution inside the interval, 0 to 1, both ends excluded.</param>
    /// <param name="degreeOfParallelism">How many threads may work at once.</param>
    /// <returns>One interval per statistic; <see langword="null"/> where fewer than half of the replicates define it.</returns>
    public static Interval?[] Percentile(
        ReadOnlySpan<double> weights,
        int replicates,
        ulong seed,
        int statisticCount,
        Action<ReadOnlySpan<double>, Span<double>> summarize,
        double level = 0.95,
        int degreeOfParallelism = 1)
    {
        CheckLevel(level);
        double[] table = Replicates(weights, replicates, seed, statisticCount, summarize, degreeOfParallelism);
        var intervals = new Interval?[statisticCount];
        for (int s = 0; s < statisticCount; s++)
        {
            intervals[s] = PercentileOf(Column(table, statisticCount, s), level, replicates);
        }

        return intervals;
    }

    /// <summary>The statistics of every replicate, replicates × statistics, row-major, NaN where undefined; empty where there is no image.</summary>
    /// <inheritdoc cref="Percentile"/>
    public static double[] Replicates(
        ReadOnlySpan<double> weights,
        int replicates,
        ulong seed,
        int statisticCount,
        Action<ReadOnlySpan<double>, Span<double>> summarize,
        int degreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(summarize);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(statisticCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(degreeOfParallelism, 1);
        CheckWeights(weights);
        if (weights.IsEmpty)
        {
            return [];
        }

        double[] own = weights.ToArray();
        double[] table = new double[checked(replicates * statisticCount)];
        if (degreeOfParallelism == 1)
        {
            double[] drawn = new double[own.Length];
            for (int r = 0; r < replicates; r++)
            {
                Fill(r, drawn);
            }
        }
        else
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism };
            Parallel.For(0, replicates, options, () => new double[own.Length], (r, _, drawn) => Fill(r, drawn), _ => { });
        }

        return table;

        double[] Fill(int replicate, double[] drawn)
        {
            DrawWeights(own, seed, replicate, drawn);
            summarize(drawn, table.AsSpan(replicate * statisticCount, statisticCount));
            return drawn;
        }
    }

    /// <summary>Bias-corrected and accelerated intervals (Efron 1987), the choice for alerts where a percentile interval leans to one side.</summary>
    /// <remarks>The acceleration comes from leaving out one image at a time, so it costs n summaries more than the percentile interval.</remarks>
    /// <inheritdoc cref="Percentile"/>
    public static Interval?[] BiasCorrectedAccelerated(
        ReadOnlySpan<double> weights,
        int replicates,
        ulong seed,
        int statisticCount,
        Action<ReadOnlySpan<double>, Span<double>> summarize,
        double level = 0.95,
        int degreeOfParallelism = 1)
    {
        CheckLevel(level);
        double[] table = Replicates(weights, replicates, seed, statisticCount, summarize, degreeOfParallelism);
        double[] own = weights.ToArray();
        double[] point = new double[statisticCount];
        double[] leftOut = new double[checked(own.Length * statisticCount)];
        if (own.Length > 0)
        {
            summarize(own, point);
        }

        for (int i = 0; i < own.Length; i++)
        {
            double kept = own[i];
            own[i] = 0;
            summarize(own, leftOut.AsSpan(i * statisticCount, statisticCount));
            own[i] = kept;
        }

        var intervals = new Interval?[statisticCount];
        for (int s = 0; s < statisticCount; s++)
        {
            intervals[s] = BiasCorrected.Interval(Column(table, statisticCount, s), Column(leftOut, statisticCount, s), point[s], level, replicates);
        }

        return intervals;
    }

    internal static void DrawWeights(ReadOnlySpan<double> weights, ulong seed, int replicate, Span<double> drawn)
    {
        drawn.Clear();
        int count = weights.Length;
        ulong offset = (ulong)replicate * (ulong)count;
        for (int i = 0; i < count; i++)
        {
            int index = SplitMix64.Index(seed, offset + (ulong)i, count);
            drawn[index] += weights[index];
        }
    }

    /// <summary>The defined values of one statistic, ascending.</summary>
    internal static double[] Column(ReadOnlySpan<double> table, int width, int column)
    {
        var values = new List<double>(width == 0 ? 0 : table.Length / width);
        for (int i = column; i < table.Length; i += width)
        {
            if (!double.IsNaN(table[i]))
            {
                values.Add(table[i]);
            }
        }

        values.Sort();
        return [.. values];
    }

    internal static Interval? PercentileOf(ReadOnlySpan<double> sorted, double level, int replicates)
    {
        if (sorted.IsEmpty || sorted.Length < RequiredShare * replicates)
        {
            return null;
        }

        double tail = (1 - level) / 2;
        return new Interval(Quantile.OfSorted(sorted, tail), Quantile.OfSorted(sorted, 1 - tail));
    }

    internal static void CheckLevel(double level)
    {
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "A confidence level lies between 0 and 1.");
        }
    }

    internal static void CheckWeights(ReadOnlySpan<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || double.IsInfinity(weights[i]))
            {
                throw new ArgumentException($"Weight {i} is {weights[i]}: a weight is finite and at least 0.", nameof(weights));
            }
        }
    }
}
