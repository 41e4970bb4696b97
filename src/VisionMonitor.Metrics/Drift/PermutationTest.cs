using System.Buffers;
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
    /// <summary>Rows of a tile: a multiple of what a panel of the product holds and of eight registers, so that no tile has loose ends.</summary>
    internal const int Tile = 384;

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

        // A discrepancy does not ask which side is which; rows of the smaller one are fewer to add up.
        bool[] real = new bool[m + n];
        Array.Fill(real, true, m, n);
        Dealing[] dealings = [.. inWindow.Prepend(real).Select(marks => new Dealing(marks, n <= m))];

        // Distances do not change when all rows move; near the origin little of them is lost to rounding.
        double[]? centre = kernel.Kind == PairKernelKind.Cubic ? null : EmbeddingMoments.Mean(baseline, dimension);
        double work = ((double)m + n) * (m + n) * dimension / 2;
        PairTotals totals = work <= ExactLimit
            ? Sum<double>(baseline, window, dimension, centre, kernel, dealings, degreeOfParallelism)
            : Sum<float>(baseline, window, dimension, centre, kernel, dealings, degreeOfParallelism);
        return totals.Split(Math.Max(m, n), Math.Min(m, n));
    }

    private static PairTotals Sum<T>(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, double[]? centre, PairKernel kernel, Dealing[] dealings, int degree)
        where T : unmanaged, INumber<T>, IRootFunctions<T>, IExponentialFunctions<T>
    {
        int length = baseline.Length + window.Length, count = length / dimension, tiles = (count + Tile - 1) / Tile;
        T[] rows = ArrayPool<T>.Shared.Rent(length), squares = new T[count];
        Move(baseline, centre, dimension, rows);
        Move(window, centre, dimension, rows.AsSpan(baseline.Length));
        for (int i = 0; i < count; i++)
        {
            squares[i] = T.CreateChecked(SumOfSquares<T>(rows.AsSpan(i * dimension, dimension)));
        }

        PackedRows<T> packed = PackedRows<T>.Rented(rows.AsSpan(0, length), count, dimension);
        PairTotals[] partial = new PairTotals[tiles];
        Parallel.For(0, tiles, new ParallelOptions { MaxDegreeOfParallelism = degree }, t => partial[t] = TileRow(rows, packed, kernel, squares, dealings, t));
        packed.Return();
        ArrayPool<T>.Shared.Return(rows);
        PairTotals total = new(dealings.Length);
        foreach (PairTotals one in partial)
        {
            total.Add(one);
        }

        total.AddDiagonal(Array.ConvertAll(squares, square => double.CreateTruncating(kernel.Diagonal(square))), dealings);
        return total;
    }

    private static void Move<T>(ReadOnlySpan<float> rows, double[]? centre, int dimension, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        for (int start = 0; start < rows.Length; start += dimension)
        {
            ReadOnlySpan<float> row = rows.Slice(start, dimension);
            Span<T> moved = target.Slice(start, dimension);
            for (int d = 0; d < row.Length; d++)
            {
                moved[d] = T.CreateTruncating(centre is null ? row[d] : row[d] - centre[d]);
            }
        }
    }

    /// <summary>The tiles of one row of tiles, up to and with the one on the diagonal.</summary>
    private static PairTotals TileRow<T>(T[] rows, PackedRows<T> packed, PairKernel kernel, T[] squares, Dealing[] dealings, int tile)
        where T : unmanaged, INumber<T>, IRootFunctions<T>, IExponentialFunctions<T>
    {
        int count = squares.Length, from = tile * Tile, height = Math.Min(Tile, count - from);
        PairTotals totals = new(dealings.Length);
        T[] values = new T[Tile * Tile];
        for (int column = 0; column <= tile; column++)
        {
            int start = column * Tile, width = Math.Min(Tile, count - start);
            Array.Clear(values);
            packed.AddProducts(rows.AsSpan(from * packed.Length, height * packed.Length), height, 0, start, width, values, Tile);
            for (int r = 0; r < height; r++)
            {
                // On the diagonal tile only pairs below the diagonal count; the diagonal itself is summed apart.
                int counted = column == tile ? r : width;
                kernel.Apply(values.AsSpan(r * Tile, counted), squares[from + r], squares.AsSpan(start, counted));
                values.AsSpan((r * Tile) + counted, Tile - counted).Clear();
            }

            totals.AddTile<T>(values, dealings, tile, column);
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
