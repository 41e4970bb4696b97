namespace VisionMonitor.Metrics.Statistics;

/// <summary>McNemar's test of two sides that judged the same images.</summary>
/// <param name="Exact">Two-sided binomial p; valid for any number of images, and conservative.</param>
/// <param name="MidP">Two-sided mid-p: the recommended one below some hundred discordant images.</param>
/// <param name="ChiSquare">(b − c)² / (b + c).</param>
/// <param name="ChiSquareP">Its p, one degree of freedom.</param>
/// <param name="CorrectedChiSquare">With the continuity correction, (max(0, |b − c| − 1))² / (b + c).</param>
/// <param name="CorrectedChiSquareP">Its p.</param>
public readonly record struct McNemar(double Exact, double MidP, double ChiSquare, double ChiSquareP, double CorrectedChiSquare, double CorrectedChiSquareP)
{
    /// <summary>Tests two counts of discordant images.</summary>
    /// <param name="onlyFirstRight">Images that only the first side got right, at least 0.</param>
    /// <param name="onlySecondRight">Images that only the second side got right, at least 0.</param>
    /// <returns>All p are 1 where nothing is discordant.</returns>
    public static McNemar Of(int onlyFirstRight, int onlySecondRight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirstRight);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecondRight);
        int n = onlyFirstRight + onlySecondRight, fewer = Math.Min(onlyFirstRight, onlySecondRight);
        if (n == 0)
        {
            return new McNemar(1, 1, 0, 1, 0, 1);
        }

        double below = 0;
        for (int k = 0; k <= fewer; k++)
        {
            below += Math.Exp(Probability(n, k));
        }

        double exact = Math.Min(1, 2 * below), gap = Math.Abs(onlyFirstRight - onlySecondRight);
        double chi = gap * gap / n, corrected = Math.Max(0, gap - 1), correctedChi = corrected * corrected / n;
        double midP = Math.Min(1, (2 * below) - Math.Exp(Probability(n, fewer)));
        return new McNemar(exact, midP, chi, ChiSquareTail(chi), correctedChi, ChiSquareTail(correctedChi));
    }

    /// <summary>P(χ² with one degree of freedom &gt; value).</summary>
    private static double ChiSquareTail(double value) => NormalDistribution.ErrorFunctionComplement(Math.Sqrt(value / 2));

    private static double Probability(int n, int k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k) - (n * Math.Log(2));

    private static double LogFactorial(int n)
    {
        double sum = 0;
        for (int i = 2; i <= n; i++)
        {
            sum += Math.Log(i);
        }

        return sum;
    }
}
