namespace VisionMonitor.Metrics.Statistics;

/// <summary>Rules that read a series once and say when its mean moved, without a known level before.</summary>
public static class ChangeDetection
{
    /// <summary>Page and Hinkley's sum around the running mean, as frouros has it: S ← αS + (x − mean − slack).</summary>
    /// <param name="values">Finite values.</param>
    /// <param name="slack">δ: what is not worth an alarm.</param>
    /// <param name="limit">λ: alarm above it.</param>
    /// <param name="forgetting">α, 1 for never.</param>
    /// <param name="least">No alarm before this many values.</param>
    /// <returns>Index of the first alarm; null where there is none.</returns>
    public static int? PageHinkley(ReadOnlySpan<double> values, double slack, double limit, double forgetting = 1, int least = 30) =>
        RunningMean(values, limit, least, (sum, gap) => (forgetting * sum) + gap - slack);

    /// <summary>CUSUM around the running mean, as frouros has it: S ← max(0, S + x − mean − slack). For a known level see <see cref="ControlChart.Cusum"/>.</summary>
    /// <inheritdoc cref="PageHinkley"/>
    public static int? Cusum(ReadOnlySpan<double> values, double slack, double limit, int least = 30) =>
        RunningMean(values, limit, least, (sum, gap) => Math.Max(0, sum + gap - slack));

    private static int? RunningMean(ReadOnlySpan<double> values, double limit, int least, Func<double, double, double> next)
    {
        double mean = 0, sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            mean += (values[i] - mean) / (i + 1);
            sum = next(sum, values[i] - mean);
            if (i + 1 >= least && sum > limit)
            {
                return i;
            }
        }

        return null;
    }
}
