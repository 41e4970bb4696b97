using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>The median heuristic: σ = √(median of squared distances / 2) for the kernel exp(−‖x − y‖² / 2σ²).</summary>
public static class MedianBandwidth
{
    /// <summary>alibi-detect's rule for one set: the distances of a row to itself are among the sorted, and the median is taken above them.</summary>
    /// <param name="rows">Rows × dimension, row-major, finite.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="maximumRows">With more rows than this, that many are drawn without replacement.</param>
    /// <param name="seed">Of that draw.</param>
    /// <returns>Above 0; 1 where at least half of the distances are 0.</returns>
    public static double Within(ReadOnlySpan<float> rows, int dimension, int maximumRows = int.MaxValue, ulong seed = 0)
    {
        int[] chosen = Choose(EmbeddingRows.Count(rows, dimension, nameof(rows)), maximumRows, seed);
        int count = chosen.Length;
        if (count < 2)
        {
            throw new ArgumentException($"A median distance needs at least 2 rows, not {count}.", nameof(rows));
        }

        // Every pair counts twice and the zero diagonal once: index m + (m² − m)/2 − 1 of alibi's sorted matrix.
        double[] distances = new double[(long)count * (count - 1) / 2];
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = rows.Slice(chosen[i] * dimension, dimension);
            for (int j = i + 1; j < count; j++)
            {
                distances[next++] = SquaredDistance.Of(row, rows.Slice(chosen[j] * dimension, dimension));
            }
        }

        Array.Sort(distances);
        long index = count + (((long)count * count) - count) / 2 - 1;
        return FromSquare(distances[(index - count) / 2]);
    }

    /// <summary>alibi-detect's rule for two sets: the lower median of all distances from one to the other.</summary>
    /// <inheritdoc cref="Within"/>
    public static double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int dimension)
    {
        double[] distances = AllBetween(first, second, dimension);
        return FromSquare(distances[((distances.Length + 1) / 2) - 1]);
    }

    /// <summary>evidently's rule: γ = 1 / median(‖x − y‖)² with the kernel exp(−γ‖x − y‖²), given as σ = √(1 / 2γ).</summary>
    /// <inheritdoc cref="Within"/>
    public static double BetweenEvidently(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int dimension)
    {
        double[] distances = AllBetween(first, second, dimension);
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Math.Sqrt(distances[i]);
        }

        double median = Quantile.Median(distances);
        return FromSquare(median * median);
    }

    private static double[] AllBetween(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int dimension)
    {
        int m = EmbeddingRows.Count(first, dimension, nameof(first)), n = EmbeddingRows.Count(second, dimension, nameof(second));
        if (m == 0 || n == 0)
        {
            throw new ArgumentException("A median distance needs a row on both sides.", nameof(first));
        }

        double[] distances = new double[(long)m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                distances[((long)i * n) + j] = SquaredDistance.Of(first.Slice(i * dimension, dimension), second.Slice(j * dimension, dimension));
            }
        }

        Array.Sort(distances);
        return distances;
    }

    private static double FromSquare(double squaredDistance) => squaredDistance > 0 ? Math.Sqrt(0.5 * squaredDistance) : 1;

    private static int[] Choose(int count, int maximum, ulong seed)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        if (count <= maximum)
        {
            return all;
        }

        SplitMix64.Shuffle(seed, 0, all, maximum);
        return all[..maximum];
    }
}
