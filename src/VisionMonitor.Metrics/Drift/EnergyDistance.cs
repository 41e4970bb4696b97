namespace VisionMonitor.Metrics.Drift;

/// <summary>Energy distance, 2·E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ (Székely and Rizzo), exact, in float64.</summary>
/// <param name="Biased">The V-statistic: pairs of a row with itself included, at least 0.</param>
/// <param name="Unbiased">The U-statistic; null with fewer than two rows on a side.</param>
public readonly record struct EnergyDistance(double Biased, double? Unbiased)
{
    /// <summary>Compares two sets of embeddings.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="dimension">Length of a row.</param>
    public static EnergyDistance Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension)
    {
        PairSums sums = PairSums.Of(baseline, window, dimension, Math.Sqrt);
        double m = sums.BaselineCount, n = sums.WindowCount, mixed = 2 * sums.Between / (m * n);
        double biased = mixed - (2 * sums.WithinBaseline / (m * m)) - (2 * sums.WithinWindow / (n * n));
        return new EnergyDistance(biased, m > 1 && n > 1 ? mixed - (2 * sums.WithinBaseline / (m * (m - 1))) - (2 * sums.WithinWindow / (n * (n - 1))) : null);
    }
}
