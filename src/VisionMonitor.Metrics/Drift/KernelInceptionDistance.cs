using VisionMonitor.Metrics.Statistics;

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

    /// <summary>clean-fid's convention: the mean of the unbiased value over subsets of equal size, cheap on sets whose pairs are too many.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite.</param>
    /// <param name="window">Rows × dimension, row-major, finite.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="subsets">Rows of the baseline and as many of the window, at least 2, for each subset.</param>
    public static double OfSubsets(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, IReadOnlyList<(int[] Baseline, int[] Window)> subsets)
    {
        ArgumentOutOfRangeException.ThrowIfZero(subsets.Count, nameof(subsets));
        double sum = 0;
        foreach ((int[] first, int[] second) in subsets)
        {
            sum += Of(Pick(baseline, dimension, first), Pick(window, dimension, second), dimension).Unbiased
                ?? throw new ArgumentException("A subset has at least 2 rows of each side.", nameof(subsets));
        }

        return sum / subsets.Count;
    }

    /// <summary>As <see cref="OfSubsets(ReadOnlySpan{float}, ReadOnlySpan{float}, int, IReadOnlyList{ValueTuple{int[], int[]}})"/>, with subsets drawn without replacement.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite.</param>
    /// <param name="window">Rows × dimension, row-major, finite.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="subsetCount">How many subsets, at least 1.</param>
    /// <param name="subsetSize">Rows of each side, at most as many as the smaller side has.</param>
    /// <param name="seed">Of the draw.</param>
    public static double OfSubsets(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, int subsetCount, int subsetSize, ulong seed)
    {
        int m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window)), size = Math.Min(subsetSize, Math.Min(m, n));
        List<(int[], int[])> subsets = [];
        for (int s = 0; s < subsetCount; s++)
        {
            subsets.Add((Draw(m, size, SplitMix64.Derive(seed, (ulong)(2 * s))), Draw(n, size, SplitMix64.Derive(seed, (ulong)((2 * s) + 1)))));
        }

        return OfSubsets(baseline, window, dimension, subsets);
    }

    private static int[] Draw(int count, int size, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        SplitMix64.Shuffle(seed, 0, order, size);
        return order[..size];
    }

    private static float[] Pick(ReadOnlySpan<float> rows, int dimension, int[] chosen)
    {
        float[] picked = new float[chosen.Length * dimension];
        for (int i = 0; i < chosen.Length; i++)
        {
            rows.Slice(chosen[i] * dimension, dimension).CopyTo(picked.AsSpan(i * dimension));
        }

        return picked;
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
