namespace VisionMonitor.Metrics.Drift;

/// <summary>Distances of two histograms over the same bins, each scaled to sum 1. Shares are finite and at least 0.</summary>
public static class HistogramDistance
{
    /// <summary>Hellinger distance, 0 to 1.</summary>
    public static double Hellinger(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        (double[] a, double[] b) = Scaled(p, q);
        return Math.Sqrt(a.Zip(b, (x, y) => (Math.Sqrt(x) - Math.Sqrt(y)) * (Math.Sqrt(x) - Math.Sqrt(y))).Sum() / 2);
    }

    /// <summary>Jensen and Shannon's distance (the root of the divergence) with logarithms to base 2, 0 to 1.</summary>
    public static double JensenShannon(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        (double[] a, double[] b) = Scaled(p, q);
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double middle = (a[i] + b[i]) / 2;
            sum += (a[i] > 0 ? a[i] * Math.Log2(a[i] / middle) : 0) + (b[i] > 0 ? b[i] * Math.Log2(b[i] / middle) : 0);
        }

        return Math.Sqrt(Math.Max(0, sum / 2));
    }

    /// <summary>Total variation: half of the summed differences, 0 to 1.</summary>
    public static double TotalVariation(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        (double[] a, double[] b) = Scaled(p, q);
        return a.Zip(b, (x, y) => Math.Abs(x - y)).Sum() / 2;
    }

    private static (double[] P, double[] Q) Scaled(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        if (p.Length != q.Length)
        {
            throw new ArgumentException($"A histogram of {p.Length} bins cannot be compared with one of {q.Length}.", nameof(q));
        }

        return (Scale(p), Scale(q));
    }

    private static double[] Scale(ReadOnlySpan<double> shares)
    {
        double[] values = shares.ToArray();
        double sum = values.Sum();
        return sum > 0 && double.IsFinite(sum) && Array.TrueForAll(values, v => v >= 0) ? Array.ConvertAll(values, v => v / sum) : throw new ArgumentException("Shares are finite, at least 0 and not all 0.", nameof(shares));
    }
}
