using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Distances of two samples of one number each: an embedding dimension, a brightness, a confidence. No NaN, at least one value a side.</summary>
public static class Univariate
{
    /// <summary>Kolmogorov and Smirnov: the largest gap of the two distribution functions, 0 to 1.</summary>
    public static double KolmogorovSmirnov(ReadOnlySpan<double> baseline, ReadOnlySpan<double> window)
    {
        double largest = 0;
        Walk(baseline, window, (below, other, _) => largest = Math.Max(largest, Math.Abs(below - other)));
        return largest;
    }

    /// <summary>Wasserstein-1: the area between the two distribution functions, in the unit of the values.</summary>
    public static double Wasserstein(ReadOnlySpan<double> baseline, ReadOnlySpan<double> window)
    {
        double area = 0;
        Walk(baseline, window, (below, other, width) => area += width * Math.Abs(below - other));
        return area;
    }

    /// <summary>√2 of the L2 distance of the two distribution functions: the one-dimensional energy distance as scipy gives it.</summary>
    public static double Energy(ReadOnlySpan<double> baseline, ReadOnlySpan<double> window)
    {
        double area = 0;
        Walk(baseline, window, (below, other, width) => area += width * (below - other) * (below - other));
        return Math.Sqrt(2 * area);
    }

    /// <summary>Cramér and von Mises' T of two samples, ties by mid-ranks (Anderson 1962).</summary>
    public static double CramerVonMises(ReadOnlySpan<double> baseline, ReadOnlySpan<double> window)
    {
        double[] x = Sorted(baseline), y = Sorted(window), all = [.. x, .. y];
        Array.Sort(all);
        double m = x.Length, n = y.Length, u = (m * Squares(x)) + (n * Squares(y));
        return (u / (m * n * (m + n))) - (((4 * m * n) - 1) / (6 * (m + n)));

        double Squares(double[] sample)
        {
            double sum = 0;
            for (int i = 0; i < sample.Length; i++)
            {
                double rank = (LowerBound(all, sample[i]) + UpperBound(all, sample[i]) + 1) / 2.0;
                sum += (rank - (i + 1)) * (rank - (i + 1));
            }

            return sum;
        }
    }

    /// <summary>Population stability index over the baseline's deciles: Σ(q − p)·ln(q / p), shares raised to at least <paramref name="floor"/>.</summary>
    public static double PopulationStability(ReadOnlySpan<double> baseline, ReadOnlySpan<double> window, double floor = 1e-4) => StabilityOfSorted(Sorted(baseline), Sorted(window), floor);

    /// <summary>Of samples that are ascending already.</summary>
    internal static double StabilityOfSorted(double[] sorted, double[] window, double floor)
    {
        // i · 0.1 and not i / 10: np.linspace rounds so, and an edge that falls on a value must fall on the same side of it.
        double[] edges = [.. Enumerable.Range(1, 9).Select(i => Quantile.OfSorted(sorted, i * 0.1)).Distinct()];
        double[] p = Shares(sorted, edges), q = Shares(window, edges);
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double a = Math.Max(p[i], floor), b = Math.Max(q[i], floor);
            sum += (b - a) * Math.Log(b / a);
        }

        return sum;
    }

    /// <summary>Shares of the bins between ascending edges, open at both ends; a value on an edge belongs to the bin above it.</summary>
    internal static double[] Shares(double[] sorted, double[] edges)
    {
        double[] shares = new double[edges.Length + 1];
        int before = 0;
        for (int i = 0; i < edges.Length; i++)
        {
            int place = LowerBound(sorted, edges[i]);
            shares[i] = (double)(place - before) / sorted.Length;
            before = place;
        }

        shares[^1] = (double)(sorted.Length - before) / sorted.Length;
        return shares;
    }

    /// <summary>Visits every step of the two distribution functions: their heights and the distance to the next value.</summary>
    private static void Walk(ReadOnlySpan<double> baseline, ReadOnlySpan<double> window, Action<double, double, double> visit)
    {
        double[] x = Sorted(baseline), y = Sorted(window);
        for (int i = 0, j = 0; i < x.Length || j < y.Length;)
        {
            double value = i == x.Length ? y[j] : j == y.Length ? x[i] : Math.Min(x[i], y[j]);
            while (i < x.Length && x[i] == value)
            {
                i++;
            }

            while (j < y.Length && y[j] == value)
            {
                j++;
            }

            double next = i == x.Length && j == y.Length ? value : i == x.Length ? y[j] : j == y.Length ? x[i] : Math.Min(x[i], y[j]);
            visit((double)i / x.Length, (double)j / y.Length, next - value);
        }
    }

    private static double[] Sorted(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        if (sorted.Length == 0 || Array.Exists(sorted, double.IsNaN))
        {
            throw new ArgumentException("A sample holds at least one value and no NaN.", nameof(values));
        }

        Array.Sort(sorted);
        return sorted;
    }

    private static int LowerBound(double[] sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int UpperBound(double[] sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
