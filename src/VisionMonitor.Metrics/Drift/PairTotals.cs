using System.Numerics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Sums of kernel values over pairs i &lt; j, over all rows and over those that a dealing puts on the same side.</summary>
internal sealed class PairTotals(int dealingCount)
{
    private readonly double[] _windowPairs = new double[dealingCount];
    private readonly double[] _touching = new double[dealingCount];
    private readonly double[] _windowDiagonal = new double[dealingCount];
    private double _pairs;
    private double _diagonal;

    public void Add(PairTotals other)
    {
        (_pairs, _diagonal) = (_pairs + other._pairs, _diagonal + other._diagonal);
        for (int p = 0; p < _windowPairs.Length; p++)
        {
            _windowPairs[p] += other._windowPairs[p];
            _touching[p] += other._touching[p];
            _windowDiagonal[p] += other._windowDiagonal[p];
        }
    }

    /// <summary>Adds a tile whose values above the diagonal are 0.</summary>
    /// <param name="values">Height × width.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="products">Height × dealings: the sum of a row over the columns in the dealt window.</param>
    /// <param name="dealt">Which rows play the window.</param>
    /// <param name="from">The first row.</param>
    /// <param name="start">The first column.</param>
    public void AddTile<T>(ReadOnlySpan<T> values, int height, int width, ReadOnlySpan<T> products, bool[][] dealt, int from, int start)
        where T : unmanaged, INumber<T>
    {
        for (int r = 0; r < height; r++)
        {
            double whole = 0;
            foreach (T value in values.Slice(r * width, width))
            {
                whole += double.CreateTruncating(value);
            }

            _pairs += whole;
            for (int p = 0; p < dealt.Length; p++)
            {
                // Touching counts a pair once for each of its rows in the window: columns here, rows below.
                double inWindow = double.CreateTruncating(products[(r * dealt.Length) + p]);
                _touching[p] += inWindow;
                if (dealt[p][from + r])
                {
                    _touching[p] += whole;
                    _windowPairs[p] += inWindow;
                }
            }
        }
    }

    public void AddDiagonal(double value, bool[][] dealt, int row)
    {
        _diagonal += value;
        for (int p = 0; p < dealt.Length; p++)
        {
            _windowDiagonal[p] += dealt[p][row] ? value : 0;
        }
    }

    public DealtDiscrepancies Split(double m, double n)
    {
        double[] biased = new double[_windowPairs.Length];
        double[]? unbiased = m > 1 && n > 1 ? new double[biased.Length] : null;
        for (int p = 0; p < biased.Length; p++)
        {
            double within = 2 * _windowPairs[p], between = _touching[p] - within, rest = 2 * (_pairs - _windowPairs[p] - between);
            double mixed = 2 * between / (m * n);
            biased[p] = ((rest + _diagonal - _windowDiagonal[p]) / (m * m)) + ((within + _windowDiagonal[p]) / (n * n)) - mixed;
            if (unbiased is not null)
            {
                unbiased[p] = (rest / (m * (m - 1))) + (within / (n * (n - 1))) - mixed;
            }
        }

        return new DealtDiscrepancies(biased, unbiased);
    }
}
