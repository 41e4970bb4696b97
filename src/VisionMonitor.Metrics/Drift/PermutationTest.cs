using System.Numerics;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>A discrepancy over all pairs of rows, and how often it is as large when the rows are dealt to the two sides at random.</summary>
/// <param name="Biased">With the pairs of a row with itself.</param>
/// <param name="Unbiased">Without them; null with fewer than two rows on a side.</param>
/// <param name="PBiased">(1 + permutations at least as large) / (permutations + 1), never 0; null without permutations.</param>
/// <param name="PUnbiased">The same of the unbiased value.</param>
public sealed record PermutationTest(double Biased, double? Unbiased, double? PBiased, double? PUnbiased)
{
    private const int Tile = 512;

    /// <summary>More products of two numbers than this are made in float32: the value is then good to about 1e-6 of the kernel.</summary>
    private const double ExactLimit = 2e9;

    /// <summary>Runs the test in tiles: memory grows with the rows, not with their square.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="kernel">The function of a pair.</param>
    /// <param name="permutations">At least 0.</param>
    /// <param name="seed">Of the permutations.</param>
    /// <param name="degreeOfParallelism">Threads; the result does not depend on it.</param>
    public static PermutationTest Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, PairKernel kernel, int permutations = 0, ulong seed = 1, int degreeOfParallelism = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permutations);
        int m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window));
        bool[][] inWindow = new bool[permutations][];
        int[] order = [.. Enumerable.Range(0, m + n)];
        for (int p = 0; p < permutations; p++)
        {
            SplitMix64.Shuffle(SplitMix64.Derive(seed, (ulong)p), 0, order, order.Length);
            inWindow[p] = new bool[m + n];
            foreach (int row in order.AsSpan(m))
            {
                inWindow[p][row] = true;
            }
        }

        return Of(baseline, window, dimension, kernel, inWindow, degreeOfParallelism);
    }

    /// <summary>With given permutations: which rows of baseline and window together play the window.</summary>
    internal static PermutationTest Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, PairKernel kernel, bool[][] inWindow, int degreeOfParallelism = 1)
    {
        DealtDiscrepancies all = Discrepancies(baseline, window, dimension, kernel, inWindow, degreeOfParallelism);
        return new PermutationTest(all.Biased[0], all.Unbiased?[0], PValue(all.Biased), all.Unbiased is { } unbiased ? PValue(unbiased) : null);
    }

    /// <summary>The value of every dealing; the first is the real one.</summary>
    internal static DealtDiscrepancies Discrepancies(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, PairKernel kernel, bool[][] inWindow, int degreeOfParallelism)
    {
        int m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window));
        if (m == 0 || n == 0)
        {
            throw new ArgumentException("A distance needs a row on both sides.", nameof(window));
        }

        bool[] real = new bool[m + n];
        Array.Fill(real, true, m, n);
        bool[][] dealt = [real, .. inWindow];

        // Distances do not change when all rows move; near the origin little of them is lost to rounding.
        double[]? centre = kernel.Kind == PairKernelKind.Cubic ? null : EmbeddingMoments.Mean(baseline, dimension);
        double work = ((double)m + n) * (m + n) * dimension / 2;
        PairTotals totals = work <= ExactLimit
            ? Sum(Rows<double>(baseline, window, dimension, centre), dimension, kernel, dealt, degreeOfParallelism)
            : Sum(Rows<float>(baseline, window, dimension, centre), dimension, kernel, dealt, degreeOfParallelism);
        return totals.Split(m, n);
    }

    private static T[] Rows<T>(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, double[]? centre)
        where T : unmanaged, INumber<T>
    {
        T[] rows = new T[baseline.Length + window.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            double value = i < baseline.Length ? baseline[i] : window[i - baseline.Length];
            rows[i] = T.CreateChecked(centre is null ? value : value - centre[i % dimension]);
        }

        return rows;
    }

    private static PairTotals Sum<T>(T[] rows, int dimension, PairKernel kernel, bool[][] dealt, int degree)
        where T : unmanaged, INumber<T>, IRootFunctions<T>, IExponentialFunctions<T>
    {
        int count = rows.Length / dimension, tiles = (count + Tile - 1) / Tile;
        T[] squares = new T[count];
        for (int i = 0; i < count; i++)
        {
            squares[i] = T.CreateChecked(SumOfSquares<T>(rows.AsSpan(i * dimension, dimension)));
        }

        // Marks as numbers, dealing × row, so that all dealings of a tile are one matrix product.
        T[] marks = new T[dealt.Length * count];
        for (int p = 0; p < dealt.Length; p++)
        {
            for (int i = 0; i < count; i++)
            {
                marks[(p * count) + i] = dealt[p][i] ? T.One : T.Zero;
            }
        }

        PairTotals[] partial = new PairTotals[tiles];
        Parallel.For(0, tiles, new ParallelOptions { MaxDegreeOfParallelism = degree }, t => partial[t] = TileRow(rows, dimension, kernel, squares, marks, dealt, t));
        PairTotals total = new(dealt.Length);
        foreach (PairTotals one in partial)
        {
            total.Add(one);
        }

        return total;
    }

    /// <summary>The tiles of one row of tiles, up to and with the one on the diagonal.</summary>
    private static PairTotals TileRow<T>(T[] rows, int dimension, PairKernel kernel, T[] squares, T[] marks, bool[][] dealt, int tile)
        where T : unmanaged, INumber<T>, IRootFunctions<T>, IExponentialFunctions<T>
    {
        int count = squares.Length, from = tile * Tile, height = Math.Min(Tile, count - from);
        PairTotals totals = new(dealt.Length);
        T[] values = new T[height * Tile], products = new T[height * dealt.Length], columnMarks = new T[dealt.Length * Tile];
        for (int start = 0; start <= from; start += Tile)
        {
            int width = Math.Min(Tile, count - start);
            MatrixProduct.TransposedB<T>(rows.AsSpan(from * dimension, height * dimension), height, rows.AsSpan(start * dimension, width * dimension), width, dimension, values, width);
            for (int r = 0; r < height; r++)
            {
                // On the diagonal tile only pairs below the diagonal count; the diagonal itself is summed apart.
                Span<T> row = values.AsSpan(r * width, width);
                kernel.Apply(row, squares[from + r], squares.AsSpan(start, width));
                if (start == from)
                {
                    row[r..].Clear();
                }
            }

            for (int p = 0; p < dealt.Length; p++)
            {
                marks.AsSpan((p * count) + start, width).CopyTo(columnMarks.AsSpan(p * width));
            }

            MatrixProduct.TransposedB<T>(values.AsSpan(0, height * width), height, columnMarks.AsSpan(0, dealt.Length * width), dealt.Length, width, products, dealt.Length);
            totals.AddTile(values.AsSpan(0, height * width), height, width, products, dealt, from, start);
        }

        for (int r = 0; r < height; r++)
        {
            totals.AddDiagonal(double.CreateChecked(kernel.Diagonal(squares[from + r])), dealt, from + r);
        }

        return totals;
    }

    private static double SumOfSquares<T>(ReadOnlySpan<T> row)
        where T : unmanaged, INumber<T>
    {
        double sum = 0;
        foreach (T value in row)
        {
            double wide = double.CreateChecked(value);
            sum += wide * wide;
        }

        return sum;
    }

    private static double? PValue(double[] values)
    {
        int reached = 0;
        for (int p = 1; p < values.Length; p++)
        {
            // Ties differ only by the order of the sum; they count as reached.
            reached += values[p] >= values[0] - (1e-12 * Math.Abs(values[0])) ? 1 : 0;
        }

        return values.Length > 1 ? (1.0 + reached) / values.Length : null;
    }
}

/// <summary>The discrepancy of every dealing; the first is the real one.</summary>
internal sealed record DealtDiscrepancies(double[] Biased, double[]? Unbiased);
