namespace VisionMonitor.Metrics.Drift;

/// <summary>KID: squared MMD with the kernel (x·y / d + 1)³ (Bińkowski et al. 2018). Unlike the Fréchet distance it does not depend on the number of images.</summary>
/// <param name="Biased">With the pairs of a row with itself.</param>
/// <param name="Unbiased">Without them; null with fewer than two rows on a side.</param>
public readonly record struct KernelInceptionDistance(double Biased, double? Unbiased)
{
    /// <summary>Compares two sets of embeddings.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="dimension">Length of a row.</param>
    public static KernelInceptionDistance Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension)
    {
        double m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window));
        if (m == 0 || n == 0)
        {
            throw new ArgumentException("A distance needs a row on both sides.", nameof(window));
        }

        (double withinBaseline, double diagonalBaseline) = Within(baseline, dimension);
        (double withinWindow, double diagonalWindow) = Within(window, dimension);
        double between = 0;
        for (int i = 0; i < baseline.Length; i += dimension)
        {
            for (int j = 0; j < window.Length; j += dimension)
            {
                between += Kernel(baseline.Slice(i, dimension), window.Slice(j, dimension));
            }
        }

        double mixed = 2 * between / (m * n);
        return new KernelInceptionDistance(
            ((withinBaseline + diagonalBaseline) / (m * m)) + ((withinWindow + diagonalWindow) / (n * n)) - mixed,
            m > 1 && n > 1 ? (withinBaseline / (m * (m - 1))) + (withinWindow / (n * (n - 1))) - mixed : null);
    }

    private static (double OffDiagonal, double Diagonal) Within(ReadOnlySpan<float> rows, int dimension)
    {
        double off = 0, diagonal = 0;
        for (int i = 0; i < rows.Length; i += dimension)
        {
            ReadOnlySpan<float> row = rows.Slice(i, dimension);
            diagonal += Kernel(row, row);
            for (int j = i + dimension; j < rows.Length; j += dimension)
            {
                off += 2 * Kernel(row, rows.Slice(j, dimension));
            }
        }

        return (off, diagonal);
    }

    private static double Kernel(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
        }

        double linear = (dot / a.Length) + 1;
        return linear * linear * linear;
    }
}
