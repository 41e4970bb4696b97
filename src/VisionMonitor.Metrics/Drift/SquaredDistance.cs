using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Squared Euclidean distance of float rows, accumulated in float64.</summary>
internal static class SquaredDistance
{
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector512<double> first = Vector512<double>.Zero, second = Vector512<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512<double> aLow, Vector512<double> aHigh) = Vector512.Widen(Vector512.Create(a[i..]));
            (Vector512<double> bLow, Vector512<double> bHigh) = Vector512.Widen(Vector512.Create(b[i..]));
            Vector512<double> low = aLow - bLow, high = aHigh - bHigh;
            first += low * low;
            second += high * high;
        }

        double sum = Vector512.Sum(first + second);
        for (; i < a.Length; i++)
        {
            double gap = (double)a[i] - b[i];
            sum += gap * gap;
        }

        return sum;
    }
}
