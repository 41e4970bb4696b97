namespace VisionMonitor.Metrics.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    /// <summary>The z of a two-sided 95 % interval: P(|Z| ≤ z) = 0.95.</summary>
    public const double TwoSided95 = 1.959963984540054;

    private static readonly double[] Near = [3.1611237438705656, 113.86415415105016, 377.485237685302, 3209.3775891384695, 0.18577770618460315];
    private static readonly double[] NearBelow = [23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
    private static readonly double[] Middle = [0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972, 2.1531153547440383E-08];
    private static readonly double[] MiddleBelow = [15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334596, 4362.619090143247, 3439.3676741437216, 1230.3393548037495];
    private static readonly double[] Far = [0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378, 0.016315387137302097];
    private static readonly double[] FarBelow = [2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918];

    /// <summary>P(Z ≤ z); NaN gives NaN.</summary>
    public static double Below(double z) => 0.5 * ErrorFunctionComplement(-z / Math.Sqrt(2));

    /// <summary>P(Z &gt; z), accurate far into the tail; NaN gives NaN.</summary>
    public static double Above(double z) => 0.5 * ErrorFunctionComplement(z / Math.Sqrt(2));

    /// <summary>The density at z.</summary>
    public static double Density(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);

    /// <summary>The z with P(Z ≤ z) = probability, to about 1e-15 relative (Acklam's start, two Halley steps).</summary>
    /// <param name="probability">0 to 1; 0 gives −∞, 1 gives +∞, anything else NaN.</param>
    public static double Quantile(double probability)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            return double.NaN;
        }

        if (probability is 0 or 1)
        {
            return probability == 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        // The upper half by symmetry, where the complement keeps all digits.
        bool isUpper = probability > 0.5;
        double tail = isUpper ? 1 - probability : probability;
        double z = Start(tail);
        for (int step = 0; step < 2; step++)
        {
            double error = (Below(z) - tail) / Density(z);
            z -= error / (1 + (z * error / 2));
        }

        return isUpper ? -z : z;
    }

    /// <summary>1 − erf(x), relative error about 1e-16 (W. J. Cody, Rational Chebyshev approximations for the error function, 1969).</summary>
    public static double ErrorFunctionComplement(double x)
    {
        double y = Math.Abs(x);
        if (double.IsNaN(x))
        {
            return double.NaN;
        }

        if (y <= 0.46875)
        {
            double square = y > 1.11e-16 ? y * y : 0;
            double top = Near[4] * square, bottom = square;
            for (int i = 0; i < 3; i++)
            {
                top = (top + Near[i]) * square;
                bottom = (bottom + NearBelow[i]) * square;
            }

            return 1 - (x * (top + Near[3]) / (bottom + NearBelow[3]));
        }

        double tail = y <= 4 ? MiddleTail(y) : FarTail(y);
        return x < 0 ? 2 - tail : tail;
    }

    private static double MiddleTail(double y)
    {
        double top = Middle[8] * y, bottom = y;
        for (int i = 0; i < 7; i++)
        {
            top = (top + Middle[i]) * y;
            bottom = (bottom + MiddleBelow[i]) * y;
        }

        return ScaledExponential(y) * (top + Middle[7]) / (bottom + MiddleBelow[7]);
    }

    private static double FarTail(double y)
    {
        if (y >= 26.6)
        {
            return 0;
        }

        double inverse = 1 / (y * y);
        double top = Far[5] * inverse, bottom = inverse;
        for (int i = 0; i < 4; i++)
        {
            top = (top + Far[i]) * inverse;
            bottom = (bottom + FarBelow[i]) * inverse;
        }

        double ratio = inverse * (top + Far[4]) / (bottom + FarBelow[4]);
        return ScaledExponential(y) * ((1 / Math.Sqrt(Math.PI)) - ratio) / y;
    }

    /// <summary>exp(−y²) without the error of squaring: y is split into sixteenths and a rest.</summary>
    private static double ScaledExponential(double y)
    {
        double coarse = Math.Truncate(y * 16) / 16;
        return Math.Exp(-coarse * coarse) * Math.Exp(-(y - coarse) * (y + coarse));
    }

    private static double Start(double p)
    {
        if (p < 0.02425)
        {
            double q = Math.Sqrt(-2 * Math.Log(p));
            return (((((((((((-7.784894002430293e-03 * q) - 3.223964580411365e-01) * q) - 2.400758277161838) * q) - 2.549732539343734) * q) + 4.374664141464968) * q) + 2.938163982698783))
                / ((((((((7.784695709041462e-03 * q) + 3.224671290700398e-01) * q) + 2.445134137142996) * q) + 3.754408661907416) * q) + 1);
        }

        double c = p - 0.5, r = c * c;
        return (((((((((((-3.969683028665376e+01 * r) + 2.209460984245205e+02) * r) - 2.759285104469687e+02) * r) + 1.383577518672690e+02) * r) - 3.066479806614716e+01) * r) + 2.506628277459239) * c)
            / ((((((((((-5.447609879822406e+01 * r) + 1.615858368580409e+02) * r) - 1.556989798598866e+02) * r) + 6.680131188771972e+01) * r) - 1.328068155288572e+01) * r) + 1);
    }

    /// <summary>The t within which a variable of Student's distribution lies with a probability, on either side of 0: 2.23 for 95 % and 10 degrees of freedom.</summary>
    /// <param name="level">The probability, 0 to 1, both ends excluded.</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    public static double StudentQuantile(double level, double degreesOfFreedom)
    {
        // ν / (ν + t²) follows Beta(ν/2, ½).
        double x = BetaDistribution.Quantile(1 - level, degreesOfFreedom / 2, 0.5);
        return Math.Sqrt(degreesOfFreedom * (1 - x) / x);
    }
}
