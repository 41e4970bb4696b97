namespace VisionMonitor.Metrics.Statistics;

/// <summary>The χ² law, through the regularized incomplete gamma function.</summary>
public static class ChiSquaredDistribution
{
    /// <summary>Chance of a value of at least <paramref name="value"/>.</summary>
    /// <param name="value">At least 0.</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    public static double Above(double value, double degreesOfFreedom)
    {
        if (!(degreesOfFreedom > 0) || !(value >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A χ² value is at least 0 and has degrees of freedom above 0.");
        }

        double a = degreesOfFreedom / 2, x = value / 2;
        if (x == 0)
        {
            return 1;
        }

        double scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        return x < a + 1 ? 1 - (scale * Series(a, x)) : scale * Fraction(a, x);
    }

    /// <summary>ln Γ of a number above 0: Stirling's series after shifting the argument up.</summary>
    public static double LogGamma(double x)
    {
        if (!(x > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "The argument is above 0.");
        }

        double product = 1;
        while (x < 15)
        {
            product *= x;
            x += 1;
        }

        double y = 1 / (x * x);
        double tail = ((((((-691.0 / 360360 * y) + (1.0 / 1188)) * y - (1.0 / 1680)) * y + (1.0 / 1260)) * y - (1.0 / 360)) * y + (1.0 / 12)) / x;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + tail - Math.Log(product);
    }

    private static double Series(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17 && n < 100_000; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    /// <summary>Lentz's continued fraction.</summary>
    private static double Fraction(double a, double x)
    {
        double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
        for (int i = 1; i < 100_000; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / ((an * d) + b);
            c = b + (an / c);
            double step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 1e-16)
            {
                break;
            }
        }

        return h;
    }
}
