using System.Numerics;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Distances of two ascending samples, read in vectors instead of value by value.</summary>
internal static class SortedSamples
{
    /// <summary>Kolmogorov and Smirnov's largest gap of the two distribution functions, 0 to 1, from whole steps of 1 / (m·n).</summary>
    /// <param name="x">Ascending, finite, at least one value.</param>
    /// <param name="y">The same.</param>
    public static double LargestGap(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        // Between two values of y only x climbs: the gap is largest just below a value of y, or upon it.
        long m = x.Length, n = y.Length, largest = 0;
        int below = 0, upTo = 0;
        for (int j = 0; j < y.Length; j++)
        {
            below = CountBelow(x, below, y[j]);
            for (upTo = Math.Max(upTo, below); upTo < x.Length && x[upTo] <= y[j]; upTo++)
            {
            }

            largest = Math.Max(largest, Math.Max((below * n) - (j * m), ((j + 1) * m) - (upTo * n)));
        }

        return largest / ((double)m * n);
    }

    /// <summary>How many values lie below a limit, when it is known that <paramref name="from"/> do.</summary>
    private static int CountBelow(ReadOnlySpan<float> x, int from, float limit)
    {
        Vector256<float> limits = Vector256.Create(limit);
        for (; from <= x.Length - 16; from += 16)
        {
            ReadOnlySpan<float> next = x.Slice(from, 16);
            uint marks = Vector256.LessThan(Vector256.Create(next), limits).ExtractMostSignificantBits() | (Vector256.LessThan(Vector256.Create(next[8..]), limits).ExtractMostSignificantBits() << 8);
            if (marks != 0xFFFF)
            {
                return from + BitOperations.PopCount(marks);
            }
        }

        while (from < x.Length && x[from] < limit)
        {
            from++;
        }

        return from;
    }
}
