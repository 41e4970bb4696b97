namespace VisionMonitor.Metrics.Statistics;

/// <summary>Pearson's χ² of counts per class.</summary>
/// <param name="Statistic">Σ (observed − expected)² / expected, at least 0.</param>
/// <param name="DegreesOfFreedom">Classes that were seen, less one.</param>
/// <param name="PValue">Chance of at least this statistic when nothing differs; 1 where one class is all there is.</param>
public readonly record struct ChiSquaredTest(double Statistic, int DegreesOfFreedom, double PValue)
{
    /// <summary>Do two samples share one law? Classes that neither shows are left out; no continuity correction (scipy's chi2_contingency with correction off).</summary>
    /// <param name="baseline">Counts per class, at least 0, not all 0.</param>
    /// <param name="window">Counts of the same classes, not all 0.</param>
    public static ChiSquaredTest Homogeneity(ReadOnlySpan<long> baseline, ReadOnlySpan<long> window)
    {
        (double m, double n) = Totals(baseline, window);
        double statistic = 0;
        int seen = 0;
        for (int i = 0; i < baseline.Length; i++)
        {
            double both = (double)baseline[i] + window[i];
            if (both == 0)
            {
                continue;
            }

            double first = both * m / (m + n), second = both * n / (m + n);
            statistic += ((baseline[i] - first) * (baseline[i] - first) / first) + ((window[i] - second) * (window[i] - second) / second);
            seen++;
        }

        return Of(statistic, seen - 1);
    }

    /// <summary>Does the window follow the baseline's shares, taken as known? A class that only the window shows gives infinity and p 0.</summary>
    /// <inheritdoc cref="Homogeneity"/>
    public static ChiSquaredTest GoodnessOfFit(ReadOnlySpan<long> baseline, ReadOnlySpan<long> window)
    {
        (double m, double n) = Totals(baseline, window);
        double statistic = 0;
        int seen = 0;
        for (int i = 0; i < baseline.Length; i++)
        {
            double wanted = baseline[i] * n / m;
            if (baseline[i] > 0 || window[i] > 0)
            {
                statistic += (window[i] - wanted) * (window[i] - wanted) / wanted;
                seen++;
            }
        }

        return Of(statistic, seen - 1);
    }

    private static ChiSquaredTest Of(double statistic, int freedom) =>
        new(statistic, freedom, freedom < 1 ? 1 : double.IsPositiveInfinity(statistic) ? 0 : ChiSquaredDistribution.Above(statistic, freedom));

    private static (double Baseline, double Window) Totals(ReadOnlySpan<long> baseline, ReadOnlySpan<long> window)
    {
        if (baseline.Length != window.Length)
        {
            throw new ArgumentException($"Counts of {baseline.Length} classes cannot be compared with counts of {window.Length}.", nameof(window));
        }

        long m = 0, n = 0;
        for (int i = 0; i < baseline.Length; i++)
        {
            if (baseline[i] < 0 || window[i] < 0)
            {
                throw new ArgumentException("A count is at least 0.", nameof(window));
            }

            (m, n) = (m + baseline[i], n + window[i]);
        }

        return m > 0 && n > 0 ? (m, n) : throw new ArgumentException("Both sides need at least one count.", nameof(window));
    }
}
