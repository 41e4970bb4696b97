namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Differences of the means of two sets after the baseline is given the window's mix of predicted classes: what is left is appearance, not class mix.
/// Works on sums per class, so that hours add up to days.
/// </summary>
public static class ClassMixAdjustment
{
    /// <summary>mean of the window − Σ shareOfWindow(c) · mean of the baseline's class c. A class that the baseline lacks counts with the mean of the whole baseline.</summary>
    /// <param name="baselineSums">Sum of features of each class.</param>
    /// <param name="baselineCounts">Images of each class, not all 0.</param>
    /// <param name="windowSums">Sum of features of each class.</param>
    /// <param name="windowCounts">Images of each class, not all 0.</param>
    public static double[] Difference(IReadOnlyList<double[]> baselineSums, ReadOnlySpan<long> baselineCounts, IReadOnlyList<double[]> windowSums, ReadOnlySpan<long> windowCounts)
    {
        if (baselineSums.Count != baselineCounts.Length || windowSums.Count != windowCounts.Length || baselineSums.Count != windowSums.Count)
        {
            throw new ArgumentException("Both sides have a sum and a count for each of the same classes.", nameof(windowSums));
        }

        long m = 0, n = 0;
        for (int c = 0; c < baselineCounts.Length; c++)
        {
            (m, n) = (m + baselineCounts[c], n + windowCounts[c]);
        }

        if (m == 0 || n == 0)
        {
            throw new ArgumentException("A distance needs an image on both sides.", nameof(windowCounts));
        }

        double[] difference = new double[baselineSums[0].Length], whole = new double[difference.Length];
        foreach (double[] sum in baselineSums)
        {
            SymmetricEigen.AddScaled(sum, 1.0 / m, whole);
        }

        for (int c = 0; c < baselineCounts.Length; c++)
        {
            SymmetricEigen.AddScaled(windowSums[c], 1.0 / n, difference);
            double share = (double)windowCounts[c] / n;
            SymmetricEigen.AddScaled(baselineCounts[c] > 0 ? baselineSums[c] : whole, -share / (baselineCounts[c] > 0 ? baselineCounts[c] : 1), difference);
        }

        return difference;
    }

    /// <summary>Mix-adjusted squared discrepancy of sums of random Fourier features: the squared length of <see cref="Difference"/>.</summary>
    /// <inheritdoc cref="Difference"/>
    public static double Discrepancy(IReadOnlyList<double[]> baselineSums, ReadOnlySpan<long> baselineCounts, IReadOnlyList<double[]> windowSums, ReadOnlySpan<long> windowCounts)
    {
        double[] difference = Difference(baselineSums, baselineCounts, windowSums, windowCounts);
        return SymmetricEigen.Dot(difference, difference);
    }

    /// <summary>Mix-adjusted T² of principal-component scores: Σ difference² / variance · m·n / (m + n), Hotelling's statistic with a diagonal covariance.</summary>
    /// <param name="difference">From <see cref="Difference"/> of sums of scores.</param>
    /// <param name="variances">Variance of each component in the baseline; one that is 0 is left out.</param>
    /// <param name="baselineCount">Images of the baseline.</param>
    /// <param name="windowCount">Images of the window.</param>
    public static double HotellingSquare(ReadOnlySpan<double> difference, ReadOnlySpan<double> variances, double baselineCount, double windowCount)
    {
        double sum = 0;
        for (int i = 0; i < difference.Length; i++)
        {
            sum += variances[i] > 0 ? difference[i] * difference[i] / variances[i] : 0;
        }

        return sum * baselineCount * windowCount / (baselineCount + windowCount);
    }
}
