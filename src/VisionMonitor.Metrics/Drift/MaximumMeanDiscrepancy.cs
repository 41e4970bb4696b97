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
        int m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window));
        if (m == 0 || n == 0)
        {
            throw new ArgumentException("A discrepancy needs a row on both sides.", nameof(window));
        }

        if (!(bandwidth > 0) || double.IsInfinity(bandwidth))
        {
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "A bandwidth is finite and above 0.");
        }

        double gamma = 1 / (2 * bandwidth * bandwidth);
        double within = 2 * Upper(baseline, m, dimension, gamma), withinWindow = 2 * Upper(window, n, dimension, gamma), between = 0;
        for (int i = 0; i < m; i++)
        {
            ReadOnlySpan<float> row = baseline.Slice(i * dimension, dimension);
            double sum = 0;
            for (int j = 0; j < n; j++)
            {
                sum += Math.Exp(-gamma * SquaredDistance.Of(row, window.Slice(j * dimension, dimension)));
            }

            between += sum;
        }

        double mixed = 2 * between / ((double)m * n);
        double biased = ((within + m) / ((double)m * m)) + ((withinWindow + n) / ((double)n * n)) - mixed;
        return new MaximumMeanDiscrepancy(biased, m > 1 && n > 1 ? (within / ((double)m * (m - 1))) + (withinWindow / ((double)n * (n - 1))) - mixed : null);
    }

    private static double Upper(ReadOnlySpan<float> rows, int count, int dimension, double gamma)
    {
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = rows.Slice(i * dimension, dimension);
            double sum = 0;
            for (int j = i + 1; j < count; j++)
            {
                sum += Math.Exp(-gamma * SquaredDistance.Of(row, rows.Slice(j * dimension, dimension)));
            }

            total += sum;
        }

        return total;
    }
}
