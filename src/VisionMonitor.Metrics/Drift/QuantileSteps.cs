using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// The stretches between 0 and 1 on which the quantile functions of samples of m and of n are both constant: they depend on the sizes alone, so all dimensions
/// of an embedding share them.
/// </summary>
internal sealed class QuantileSteps
{
    private readonly int _m;
    private readonly int _n;
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly double[] _width;

    /// <summary>For samples of these sizes, at least 1 each.</summary>
    public QuantileSteps(int m, int n)
    {
        (_m, _n) = (m, n);
        List<int> first = new(m + n), second = new(m + n);
        List<double> width = new(m + n);
        long place = 0;
        for (int i = 0, j = 0; i < m && j < n;)
        {
            long endOfFirst = (i + 1L) * n, endOfSecond = (j + 1L) * m, end = Math.Min(endOfFirst, endOfSecond);
            first.Add(i);
            second.Add(j);
            width.Add(end - place);
            place = end;
            (i, j) = (endOfFirst == end ? i + 1 : i, endOfSecond == end ? j + 1 : j);
        }

        (_first, _second, _width) = ([.. first], [.. second], [.. width]);
    }

    /// <summary>Wasserstein-1: the area between the two quantile functions.</summary>
    /// <param name="x">m values, ascending.</param>
    /// <param name="y">n values, ascending.</param>
    public double Area(float[] x, float[] y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, _m, nameof(x));
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, _n, nameof(y));

        // Every index was made for these lengths, so none is checked again; four sums do not wait for each other.
        ref float a = ref MemoryMarshal.GetArrayDataReference(x), b = ref MemoryMarshal.GetArrayDataReference(y);
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int s = 0;
        for (; s <= _width.Length - 4; s += 4)
        {
            s0 += _width[s] * Math.Abs((double)Unsafe.Add(ref a, _first[s]) - Unsafe.Add(ref b, _second[s]));
            s1 += _width[s + 1] * Math.Abs((double)Unsafe.Add(ref a, _first[s + 1]) - Unsafe.Add(ref b, _second[s + 1]));
            s2 += _width[s + 2] * Math.Abs((double)Unsafe.Add(ref a, _first[s + 2]) - Unsafe.Add(ref b, _second[s + 2]));
            s3 += _width[s + 3] * Math.Abs((double)Unsafe.Add(ref a, _first[s + 3]) - Unsafe.Add(ref b, _second[s + 3]));
        }

        for (; s < _width.Length; s++)
        {
            s0 += _width[s] * Math.Abs((double)x[_first[s]] - y[_second[s]]);
        }

        return (s0 + s1 + s2 + s3) / ((double)_m * _n);
    }
}
