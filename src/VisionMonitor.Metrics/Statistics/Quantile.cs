namespace VisionMonitor.Metrics.Statistics;

/// <summary>Quantiles of type 7 (linear interpolation, the default of numpy and R).</summary>
public static class Quantile
{
    /// <summary>Quantile of values that are already sorted ascending.</summary>
    /// <param name="sorted">At least one value, ascending, no NaN.</param>
    /// <param name="probability">0 to 1.</param>
    public static double OfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(sorted));
        if (!(probability >= 0 && probability <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies between 0 and 1.");
        }

        double position = probability * (sorted.Length - 1);
        int below = (int)Math.Floor(position);
        double share = position - below;
        if (below + 1 >= sorted.Length)
        {
            return sorted[^1];
        }

        // numpy's lerp: from the nearer end, so that share 1 gives the upper value exactly.
        double low = sorted[below], high = sorted[below + 1], step = high - low;
        return share >= 0.5 ? high - (step * (1 - share)) : low + (step * share);
    }

    /// <summary>Quantile of values in any order; the values are not changed.</summary>
    public static double Of(ReadOnlySpan<double> values, double probability)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return OfSorted(sorted, probability);
    }

    /// <summary>The median: the mean of the two middle values where their number is even.</summary>
    public static double Median(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(values));
        Array.Sort(sorted);
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
