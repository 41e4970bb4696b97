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

    /// <summary>
    /// The mean over a window of which some images are labelled: the labelled mean, moved by λ times what the estimates say of the window against the labelled images. Unlike
    /// <see cref="Of"/> it speaks of this window, not of others like it: with every image labelled it is exact. A difference estimator of a finite population with a fitted
    /// slope (Särndal, Swensson and Wretman 1992, 6.4), Hájek's where images were drawn with unequal chances. Two images that miss as the prior says are added (as Agresti and
    /// Coull do for a share): where all labelled ones are right, not all others need be. The interval is Student's.
    /// </summary>
    /// <param name="outcomes">The outcome of the labelled images, finite; at least 3.</param>
    /// <param name="estimates">The estimated outcome of the same images, finite.</param>
    /// <param name="weights">1 / the chance that the image was labelled, of each; above 0.</param>
    /// <param name="windowEstimate">The mean estimated outcome of all images of the window.</param>
    /// <param name="labelledShare">The share of the window that is labelled, 0 to 1.</param>
    /// <param name="priorVariance">The variance of outcome minus estimate that is expected before any label is seen, 0 or more.</param>
    /// <param name="level">Confidence level.</param>
    public static PredictionPoweredMean OfWindow(
        ReadOnlySpan<double> outcomes, ReadOnlySpan<double> estimates, ReadOnlySpan<double> weights, double windowEstimate, double labelledShare, double priorVariance, double level = 0.95)
    {
        Bootstrap.CheckLevel(level);
        int n = outcomes.Length;
        if (n < 3 || estimates.Length != n || weights.Length != n || weights.ContainsAnyInRange(double.NegativeInfinity, 0))
        {
            throw new ArgumentException($"At least 3 labelled images with estimates and weights above 0 are needed, not {n}, {estimates.Length} and {weights.Length}.", nameof(outcomes));
        }

        if (!(labelledShare is > 0 and <= 1) || !(priorVariance >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(labelledShare), labelledShare, $"A share above 0 and a variance of at least 0 are needed, not {labelledShare} and {priorVariance}.");
        }

        (double total, double meanY, double meanF) = (0, 0, 0);
        for (int i = 0; i < n; i++)
        {
            total += weights[i];
            meanY += weights[i] * outcomes[i];
            meanF += weights[i] * estimates[i];
        }

        (meanY, meanF) = (meanY / total, meanF / total);
        (double covariance, double variance) = (0, 0);
        for (int i = 0; i < n; i++)
        {
            covariance += weights[i] * (outcomes[i] - meanY) * (estimates[i] - meanF);
            variance += weights[i] * (estimates[i] - meanF) * (estimates[i] - meanF);
        }

        double tuning = variance > 0 ? Math.Clamp(covariance / variance, 0, 1) : 0, squares = 0;
        for (int i = 0; i < n; i++)
        {
            double rest = n * weights[i] / total * (outcomes[i] - meanY - (tuning * (estimates[i] - meanF)));
            squares += rest * rest;
        }

        // The mean and the slope cost two degrees of freedom, the two images of the prior give them back.
        double spread = (squares + (2 * priorVariance)) / n, estimate = meanY + (tuning * (windowEstimate - meanF));
        double half = NormalDistribution.StudentQuantile(level, n) * Math.Sqrt((1 - labelledShare) * spread / n);
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
