namespace VisionMonitor.Metrics.Statistics;

/// <summary>Charts that accumulate evidence over a series, so that a small lasting change is found sooner and a single outlier later.</summary>
public static class ControlChart
{
    /// <summary>Page's CUSUM of values above 0: S ← max(0, S + x − slack).</summary>
    /// <param name="values">Standardized values, such as drift scores; finite.</param>
    /// <param name="slack">Half of the shift that shall be found fast, k.</param>
    /// <param name="start">S before the first value.</param>
    public static double[] Cusum(ReadOnlySpan<double> values, double slack, double start = 0)
    {
        double[] sums = new double[values.Length];
        double sum = start;
        for (int i = 0; i < sums.Length; i++)
        {
            sum = Math.Max(0, sum + values[i] - slack);
            sums[i] = sum;
        }

        return sums;
    }

    /// <summary>Exponentially weighted moving average: E ← λx + (1 − λ)E.</summary>
    /// <param name="values">Finite values.</param>
    /// <param name="share">λ, above 0 and at most 1.</param>
    /// <param name="start">E before the first value: the target.</param>
    public static double[] MovingAverage(ReadOnlySpan<double> values, double share, double start)
    {
        if (!(share > 0 && share <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of a new value is above 0 and at most 1.");
        }

        double[] averages = new double[values.Length];
        double average = start;
        for (int i = 0; i < averages.Length; i++)
        {
            average = (share * values[i]) + ((1 - share) * average);
            averages[i] = average;
        }

        return averages;
    }

    /// <summary>Index of the first value above a limit; null where there is none.</summary>
    public static int? FirstAbove(ReadOnlySpan<double> values, double limit)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] > limit)
            {
                return i;
            }
        }

        return null;
    }
}
