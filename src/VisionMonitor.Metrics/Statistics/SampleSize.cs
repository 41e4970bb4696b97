namespace VisionMonitor.Metrics.Statistics;

/// <summary>How many labelled images a difference needs, and which difference a number of images can show.</summary>
public static class SampleSize
{
    /// <summary>Images to see a proportion move from a known baseline.</summary>
    /// <param name="baseline">The known proportion, inside 0 to 1.</param>
    /// <param name="changed">The proportion that shall be seen, inside 0 to 1 and other than the baseline.</param>
    /// <param name="significance">Chance of an alarm without a change.</param>
    /// <param name="power">Chance to see the change.</param>
    /// <param name="isOneSided">Whether only one direction counts.</param>
    public static int OneSample(double baseline, double changed, double significance = 0.05, double power = 0.8, bool isOneSided = true)
    {
        (double za, double zb) = Quantiles(significance, power, isOneSided);
        CheckShares(baseline, changed);
        double root = (za * Math.Sqrt(baseline * (1 - baseline))) + (zb * Math.Sqrt(changed * (1 - changed)));
        return Ceiling(root * root / ((baseline - changed) * (baseline - changed)));
    }

    /// <summary>Images in each of two fresh samples.</summary>
    /// <inheritdoc cref="OneSample"/>
    public static int TwoSamples(double baseline, double changed, double significance = 0.05, double power = 0.8, bool isOneSided = true)
    {
        (double za, double zb) = Quantiles(significance, power, isOneSided);
        CheckShares(baseline, changed);
        double mean = (baseline + changed) / 2;
        double root = (za * Math.Sqrt(2 * mean * (1 - mean))) + (zb * Math.Sqrt((baseline * (1 - baseline)) + (changed * (1 - changed))));
        return Ceiling(root * root / ((baseline - changed) * (baseline - changed)));
    }

    /// <summary>Images that two versions must both judge to see a difference with McNemar's test.</summary>
    /// <param name="discordant">Share of images on which exactly one of them is right, at least the difference.</param>
    /// <param name="difference">The difference of their accuracies, above 0.</param>
    /// <param name="significance">Chance of an alarm without a change.</param>
    /// <param name="power">Chance to see the change.</param>
    /// <param name="isOneSided">Whether only one direction counts.</param>
    public static int Paired(double discordant, double difference, double significance = 0.05, double power = 0.8, bool isOneSided = true)
    {
        (double za, double zb) = Quantiles(significance, power, isOneSided);
        if (!(difference > 0 && difference <= discordant && discordant <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(difference), difference, "A difference is above 0 and at most the discordant share.");
        }

        double root = (za * Math.Sqrt(discordant)) + (zb * Math.Sqrt(discordant - (difference * difference)));
        return Ceiling(root * root / (difference * difference));
    }

    /// <summary>The smallest drop from a known baseline that <paramref name="count"/> images show with the given power; null where even a drop to 0 needs more.</summary>
    public static double? MinimumDetectableDrop(double baseline, int count, double significance = 0.05, double power = 0.8, bool isOneSided = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double low = 0, high = baseline;
        if (!(baseline > 0 && baseline < 1) || OneSample(baseline, baseline * 1e-9, significance, power, isOneSided) > count)
        {
            return null;
        }

        for (int step = 0; step < 60; step++)
        {
            double middle = (low + high) / 2;
            bool isSeen = middle > 0 && middle < baseline && OneSample(baseline, baseline - middle, significance, power, isOneSided) <= count;
            (low, high) = isSeen ? (low, middle) : (middle, high);
        }

        return high;
    }

    private static (double Significance, double Power) Quantiles(double significance, double power, bool isOneSided)
    {
        if (!(significance > 0 && significance < 1 && power > 0 && power < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(significance), significance, "Significance and power lie inside 0 to 1.");
        }

        return (NormalDistribution.Quantile(1 - (isOneSided ? significance : significance / 2)), NormalDistribution.Quantile(power));
    }

    private static void CheckShares(double a, double b)
    {
        if (!(a > 0 && a < 1 && b > 0 && b < 1) || a == b)
        {
            throw new ArgumentOutOfRangeException(nameof(b), b, "Both proportions lie inside 0 to 1 and differ.");
        }
    }

    private static int Ceiling(double count) => count < int.MaxValue ? (int)Math.Ceiling(count) : int.MaxValue;
}
