namespace VisionMonitor.Metrics.Statistics;

/// <summary>The limiting law of Cramér and von Mises' statistic (Csörgő and Faraway 1996, equation 1.2), as scipy takes it.</summary>
public static class CramerVonMisesDistribution
{
    /// <summary>Chance that two samples of one continuous law give at least this T.</summary>
    /// <param name="statistic">T as <see cref="Drift.Univariate.CramerVonMises"/> gives it.</param>
    /// <param name="m">Size of the one sample, at least 1.</param>
    /// <param name="n">Size of the other, at least 1.</param>
    /// <returns>0 to 1, asymptotic: good from about 20 values a side.</returns>
    public static double TwoSampleAbove(double statistic, int m, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        double product = (double)m * n, total = (double)m + n, expected = (1 + (1 / total)) / 6;
        double variance = (total + 1) * ((4 * product * total) - (3 * (((double)m * m) + ((double)n * n))) - (2 * product)) / (45 * total * total * 4 * product);
        double standard = (1.0 / 6) + ((statistic - expected) / Math.Sqrt(45 * variance));
        return standard < 0.003 ? 1 : Math.Clamp(1 - Below(standard), 0, 1);
    }

    private static double Below(double x)
    {
        double sum = 0;
        for (int k = 0; ; k++)
        {
            double step = (4 * k) + 1, q = step * step / (16 * x);
            double term = Math.Exp(ChiSquaredDistribution.LogGamma(k + 0.5) - ChiSquaredDistribution.LogGamma(k + 1)) / (Math.Pow(Math.PI, 1.5) * Math.Sqrt(x)) * Math.Sqrt(step) * ScaledBessel(q) * Math.Exp(-2 * q);
            sum += term;
            if (Math.Abs(term) < 1e-7)
            {
                return sum;
            }
        }
    }

    /// <summary>e^q · K¼(q) = ∫ exp(−q(cosh t − 1)) · cosh(t/4) dt from 0: the trapezoidal rule, whose error falls exponentially in 1 / step.</summary>
    private static double ScaledBessel(double q)
    {
        const double Step = 1.0 / 64;
        double sum = 0.5;
        for (int i = 1; ; i++)
        {
            double t = i * Step, exponent = q * (Math.Cosh(t) - 1);
            if (exponent > 745)
            {
                return sum * Step;
            }

            sum += Math.Exp(-exponent) * Math.Cosh(t / 4);
        }
    }
}
