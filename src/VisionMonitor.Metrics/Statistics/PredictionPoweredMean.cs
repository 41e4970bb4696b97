namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// Prediction-powered inference with a tuned weight (PPI++, Angelopoulos et al. 2023): the mean of an outcome, such as "right or
/// wrong", from few labelled images and an estimate of the outcome on many. Valid whatever the estimate is worth: with a useless one it is the labelled mean. Equal to ppi_py.
/// </summary>
/// <param name="Estimate">The mean.</param>
/// <param name="Interval">Its normal confidence interval.</param>
/// <param name="Tuning">λ: how much the estimates are trusted, 0 to 1.</param>
public readonly record struct PredictionPoweredMean(double Estimate, Interval Interval, double Tuning)
{
    /// <summary>Combines labels and estimates.</summary>
    /// <param name="outcomes">The outcome of the labelled images, finite; at least 2.</param>
    /// <param name="estimates">The estimated outcome of the same images, finite.</param>
    /// <param name="unlabelled">The estimated outcome of the other images, finite; at least 2.</param>
    /// <param name="level">Confidence level.</param>
    public static PredictionPoweredMean Of(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> estimates, ReadOnlySpan<double> unlabelled, double level = 0.95)
    {
        Bootstrap.CheckLevel(level);
        int n = outcomes.Length, m = unlabelled.Length;
        if (n < 2 || m < 2 || estimates.Length != n)
        {
            throw new ArgumentException($"At least 2 labelled and 2 unlabelled images with estimates are needed, not {n}, {estimates.Length} and {m}.", nameof(outcomes));
        }

        double meanY = Mean(outcomes), meanF = Mean(estimates), meanU = Mean(unlabelled), meanAll = ((n * meanF) + (m * meanU)) / (n + m);
        double covariance = 0, squaresAll = 0;
        for (int i = 0; i < n; i++)
        {
            covariance += (outcomes[i] - meanY) * (estimates[i] - meanF) / n;
            squaresAll += (estimates[i] - meanAll) * (estimates[i] - meanAll);
        }

        double squaresU = 0;
        foreach (double value in unlabelled)
        {
            squaresAll += (value - meanAll) * (value - meanAll);
            squaresU += (value - meanU) * (value - meanU);
        }

        // As ppi_py: the variance of all estimates together for λ, and population variances for the interval.
        double varianceAll = squaresAll / (n + m - 1);
        double tuning = varianceAll > 0 ? Math.Clamp(covariance / ((1 + ((double)n / m)) * varianceAll), 0, 1) : 0;
        double squaresRest = 0;
        for (int i = 0; i < n; i++)
        {
            double rest = outcomes[i] - meanY - (tuning * (estimates[i] - meanF));
            squaresRest += rest * rest;
        }

        double estimate = meanY + (tuning * (meanU - meanF));
        double variance = (squaresRest / n / n) + (tuning * tuning * squaresU / m / m);
        double half = NormalDistribution.Quantile((1 + level) / 2) * Math.Sqrt(variance);
        return new PredictionPoweredMean(estimate, new Interval(estimate - half, estimate + half), tuning);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += double.IsFinite(value) ? value : throw new ArgumentException("Outcomes and estimates are finite.", nameof(values));
        }

        return sum / values.Length;
    }
}
