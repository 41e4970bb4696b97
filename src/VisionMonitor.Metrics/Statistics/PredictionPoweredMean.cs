namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// Prediction-powered inference with a tuned weight (PPI++, Angelopoulos et al. 2023): the mean of an outcome, such as "right or
/// wrong", from few labelled images and an estimate of the outcome on many. Valid whatever the estimate is worth: with a useless one it is the labelled mean.
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

        (double meanY, double varianceY) = Moments(outcomes);
        (double meanF, double varianceF) = Moments(estimates);
        (double meanU, double varianceU) = Moments(unlabelled);
        double covariance = 0;
        for (int i = 0; i < n; i++)
        {
            covariance += (outcomes[i] - meanY) * (estimates[i] - meanF) / (n - 1);
        }

        double pooled = (((n - 1) * varianceF) + ((m - 1) * varianceU)) / (n + m - 2);
        double tuning = pooled > 0 ? Math.Clamp(covariance / ((1 + ((double)n / m)) * pooled), 0, 1) : 0;
        double estimate = meanY + (tuning * (meanU - meanF));
        double variance = ((varianceY - (2 * tuning * covariance) + (tuning * tuning * varianceF)) / n) + (tuning * tuning * varianceU / m);
        double half = NormalDistribution.Quantile((1 + level) / 2) * Math.Sqrt(Math.Max(0, variance));
        return new PredictionPoweredMean(estimate, new Interval(estimate - half, estimate + half), tuning);
    }

    private static (double Mean, double Variance) Moments(ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        foreach (double value in values)
        {
            sum += double.IsFinite(value) ? value : throw new ArgumentException("Outcomes and estimates are finite.", nameof(values));
        }

        double mean = sum / values.Length;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, squares / (values.Length - 1));
    }
}
