using System.Numerics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Sums of kernel values over pairs i &lt; j, over all rows and over those that a dealing puts on the same side.</summary>
internal sealed class PairTotals(int dealingCount)
{
    private readonly double[] _samePairs = new double[dealingCount];
    private readonly double[] _touching = new double[dealingCount];
    private readonly double[] _sameDiagonal = new double[dealingCount];
    private double _pairs;
    private double _diagonal;

    public void Add(PairTotals other)
    {
        (_pairs, _diagonal) = (_pairs + other._pairs, _diagonal + other._diagonal);
        for (int p = 0; p < _samePairs.Length; p++)
        {
            _samePairs[p] += other._samePairs[p];
            _touching[p] += other._touching[p];
            _sameDiagonal[p] += other._sameDiagonal[p];
        }
    }

    /// <summary>Adds a square tile; what does not count in it is 0.</summary>
    /// <param name="values">Tile × tile.</param>
    /// <param name="dealings">Which rows make the smaller side.</param>
    /// <param name="row">Index of the tile among the tiles of rows.</param>
    /// <param name="column">Index of the tile among the tiles of columns.</param>
    public void AddTile<T>(ReadOnlySpan<T> values, IReadOnlyList<Dealing> dealings, int row, int column)
        where T : unmanaged, INumber<T>
    {
        const int Tile = PermutationTest.Tile;
        Span<double> rowSums = stackalloc double[Tile];
        for (int r = 0; r < Tile; r++)
        {
            rowSums[r] = SumOf(values.Slice(r * Tile, Tile));
            _pairs += rowSums[r];
        }

        T[] columnSums = new T[Tile];
        SumRows(values, Dealing.WholeTile, columnSums);
        T[] chosen = new T[Tile];
        for (int p = 0; p < dealings.Count; p++)
        {
            // A pair touches the smaller side once for each of its rows there.
            ReadOnlySpan<int> rows = dealings[p].InTile(row), columns = dealings[p].InTile(column);
            SumRows(values, rows, chosen);
            _samePairs[p] += SumAt(chosen, columns);
            _touching[p] += SumAt(columnSums, columns) + SumAt(rowSums, rows);
        }
    }

    /// <summary>Adds the pairs of rows with themselves.</summary>
    /// <param name="values">One for each row.</param>
    /// <param name="dealings">Which rows make the smaller side.</param>
    public void AddDiagonal(double[] values, IReadOnlyList<Dealing> dealings)
    {
        _diagonal += values.Sum();
        for (int p = 0; p < dealings.Count; p++)
        {
            foreach (int row in dealings[p].Rows)
            {
                _sameDiagonal[p] += values[row];
            }
        }
    }

    /// <summary>The discrepancy of every dealing.</summary>
    /// <param name="larger">Rows of the larger side.</param>
    /// <param name="smaller">Rows of the smaller side.</param>
    public DealtDiscrepancies Split(double larger, double smaller)
    {
        double[] biased = new double[_samePairs.Length];
        double[]? unbiased = smaller > 1 ? new double[biased.Length] : null;
        for (int p = 0; p < biased.Length; p++)
        {
            double within = 2 * _samePairs[p], between = _touching[p] - within, rest = 2 * (_pairs - _samePairs[p] - between);
            double mixed = 2 * between / (larger * smaller);
            biased[p] = ((rest + _diagonal - _sameDiagonal[p]) / (larger * larger)) + ((within + _sameDiagonal[p]) / (smaller * smaller)) - mixed;
            if (unbiased is not null)
            {
                unbiased[p] = (rest / (larger * (larger - 1))) + (within / (smaller * (smaller - 1))) - mixed;
            }
        }

        return new DealtDiscrepancies(biased, unbiased);
    }

    /// <summary>Adds up some rows of a tile, eight registers of columns at a time.</summary>
    private static void SumRows<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, Span<T> sums)
        where T : unmanaged, INumber<T>
    {
        const int Tile = PermutationTest.Tile;
        int lanes = Vector<T>.Count;
        for (int column = 0; column < Tile; column += 8 * lanes)
        {
            Vector<T> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            foreach (int row in rows)
            {
                ReadOnlySpan<T> part = values.Slice((row * Tile) + column, 8 * lanes);
                a += new Vector<T>(part);
                b += new Vector<T>(part[lanes..]);
                c += new Vector<T>(part[(2 * lanes)..]);
                d += new Vector<T>(part[(3 * lanes)..]);
                e += new Vector<T>(part[(4 * lanes)..]);
                f += new Vector<T>(part[(5 * lanes)..]);
                g += new Vector<T>(part[(6 * lanes)..]);
                h += new Vector<T>(part[(7 * lanes)..]);
            }

            Span<T> target = sums.Slice(column, 8 * lanes);
            a.CopyTo(target);
            b.CopyTo(target[lanes..]);
            c.CopyTo(target[(2 * lanes)..]);
            d.CopyTo(target[(3 * lanes)..]);
            e.CopyTo(target[(4 * lanes)..]);
            f.CopyTo(target[(5 * lanes)..]);
            g.CopyTo(target[(6 * lanes)..]);
            h.CopyTo(target[(7 * lanes)..]);
        }
    }

    private static double SumOf<T>(ReadOnlySpan<T> row)
        where T : unmanaged, INumber<T>
    {
        Vector<T> sum = default;
        for (int i = 0; i < row.Length; i += Vector<T>.Count)
        {
            sum += new Vector<T>(row[i..]);
        }

        double total = 0;
        for (int lane = 0; lane < Vector<T>.Count; lane++)
        {
            total += double.CreateTruncating(sum[lane]);
        }

        return total;
    }

    private static double SumAt<T>(ReadOnlySpan<T> sums, ReadOnlySpan<int> places)
        where T : unmanaged, INumber<T>
    {
        double total = 0;
        foreach (int place in places)
        {
            total += double.CreateTruncating(sums[place]);
        }

        return total;
    }
}
