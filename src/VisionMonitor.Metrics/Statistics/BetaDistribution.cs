namespace VisionMonitor.Metrics.Statistics;

/// <summary>The beta distribution, for exact intervals of shares.</summary>
public static class BetaDistribution
{
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>P(X ≤ x), the regularized incomplete beta function (continued fraction, Lentz's method); NaN gives NaN.</summary>
    /// <param name="x">0 to 1; values outside are cut to it.</param>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    public static double Below(double x, double a, double b)
    {
        if (!(x > 0))
        {
            return double.IsNaN(x) ? double.NaN : 0;
        }

        if (x >= 1)
        {
            return 1;
        }

        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * double.LogP1(-x)));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    /// <summary>The x with P(X ≤ x) = probability, to about 1e-14 (bisection: the function is monotonous and cheap).</summary>
    /// <param name="probability">0 to 1.</param>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    public static double Quantile(double probability, double a, double b)
    {
        if (!(probability >= 0 && probability <= 1) || !(a > 0) || !(b > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is 0 to 1, and both shapes are above 0.");
        }

        double low = 0, high = 1;
        for (int step = 0; step < 200 && high - low > 1e-16 * high; step++)
        {
            double middle = (low + high) / 2;
            if (middle == low || middle == high)
            {
                break;
            }

            (low, high) = Below(middle, a, b) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    private static double Fraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        double c = 1, d = 1 - ((a + b) * x / (a + 1));
        d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
        double value = d;
        for (int m = 1; m <= 100_000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            double change = 1;
            foreach (double term in (ReadOnlySpan<double>)[even, odd])
            {
                d = 1 + (term * d);
                d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
                c = 1 + (term / c);
                c = Math.Abs(c) < Tiny ? Tiny : c;
                change = c * d;
                value *= change;
            }

            if (Math.Abs(change - 1) < 1e-16)
            {
                break;
            }
        }

        return value;
    }

    /// <summary>ln Γ(z) for z above 0 (Lanczos, g = 7, 9 terms).</summary>
    private static double LogGamma(double z)
    {
        if (z < 0.5)
        {
            return Math.Log(Math.PI / Math.Sin(Math.PI * z)) - LogGamma(1 - z);
        }

        double sum = Lanczos[0], t = z - 1 + 7.5;
        for (int i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (z - 1 + i);
        }

        return (0.5 * Math.Log(2 * Math.PI)) + ((z - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
