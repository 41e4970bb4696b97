namespace VisionMonitor.Metrics.Statistics;

/// <summary>Evidence against "nothing changed" as money won by betting (e-values): it keeps its promise however long one looks.</summary>
public static class BettingProcess
{
    /// <summary>The e-value of a score z whose law without a change is normal: the mixture ∫ κ·p^(κ−1) dκ = (1 − p + p·ln p) / (p·ln² p) of p = P(Z ≥ z).</summary>
    /// <param name="z">Finite.</param>
    /// <returns>Its natural logarithm; the mean of the e-value is 1 when nothing changed.</returns>
    public static double LogEvidence(double z)
    {
        double p = Math.Max(NormalDistribution.Above(z), 1e-300), log = Math.Log(p);

        // Near p = 1 numerator and denominator vanish together: ½ + (1 − p)/6 + …
        double gap = NormalDistribution.Below(z);
        return gap < 1e-4 ? Math.Log(0.5 + (gap / 6)) : Math.Log((1 - p + (p * log)) / (p * log * log));
    }

    /// <summary>Ville's process: the product of all e-values, as a logarithm. Alarm at ln(1/α): ever wrong with chance α.</summary>
    public static double[] LogWealth(ReadOnlySpan<double> scores) => Run(scores, wealth => wealth);

    /// <summary>The e-CUSUM: M ← max(M, 1)·e, as a logarithm. Alarm at ln A: at least A checks are expected before a false alarm.</summary>
    public static double[] LogCusum(ReadOnlySpan<double> scores) => Run(scores, wealth => Math.Max(0, wealth));

    /// <summary>Shiryaev and Roberts' detector: R ← (1 + R)·e, as a logarithm. Alarm at ln A as for the e-CUSUM, a little sooner.</summary>
    public static double[] LogShiryaevRoberts(ReadOnlySpan<double> scores)
    {
        bool isFirst = true;
        return Run(scores, wealth =>
        {
            if (isFirst)
            {
                isFirst = false;
                return 0;
            }

            return wealth > 0 ? wealth + Math.Log(1 + Math.Exp(-wealth)) : Math.Log(1 + Math.Exp(wealth));
        });
    }

    private static double[] Run(ReadOnlySpan<double> scores, Func<double, double> before)
    {
        double[] logs = new double[scores.Length];
        double wealth = 0;
        for (int i = 0; i < logs.Length; i++)
        {
            wealth = before(wealth) + LogEvidence(scores[i]);
            logs[i] = wealth;
        }

        return logs;
    }
}
