namespace VisionMonitor.Metrics.Drift;

/// <summary>Squared maximum mean discrepancy with the kernel exp(−‖x − y‖² / 2σ²), exact, accumulated in float64 (Gretton et al. 2012).</summary>
/// <param name="Biased">The V-statistic: pairs of a row with itself included, at least 0.</param>
/// <param name="Unbiased">The U-statistic: without them; around 0, and below it, where there is no shift. <see langword="null"/> with fewer than two rows on a side.</param>
public readonly record struct MaximumMeanDiscrepancy(double Biased, double? Unbiased)
{
    /// <summary>Compares two sets of embeddings.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="bandwidth">σ above 0; see <see cref="MedianBandwidth"/>.</param>
    public static MaximumMeanDiscrepancy Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, double bandwidth)
    {
        if (!(bandwidth > 0) || double.IsInfinity(bandwidth))
        {
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "A bandwidth is finite and above 0.");
        }

        double gamma = 1 / (2 * bandwidth * bandwidth);
        PairSums sums = PairSums.Of(baseline, window, dimension, squared => Math.Exp(-gamma * squared));
        (int m, int n) = (sums.BaselineCount, sums.WindowCount);
        (double within, double withinWindow, double between) = (2 * sums.WithinBaseline, 2 * sums.WithinWindow, sums.Between);
        double mixed = 2 * between / ((double)m * n);
        double biased = ((within + m) / ((double)m * m)) + ((withinWindow + n) / ((double)n * n)) - mixed;
        return new MaximumMeanDiscrepancy(biased, m > 1 && n > 1 ? (within / ((double)m * (m - 1))) + (withinWindow / ((double)n * (n - 1))) - mixed : null);
    }
}
