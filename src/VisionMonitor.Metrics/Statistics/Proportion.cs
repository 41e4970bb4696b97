namespace VisionMonitor.Metrics.Statistics;

/// <summary>Intervals of a proportion k of n, for independent outcomes: images, not pixels.</summary>
public static class Proportion
{
    /// <summary>Wilson's score interval, the default for accuracy, recall and exact match.</summary>
    /// <param name="successes">0 to <paramref name="count"/>; may be a weighted count.</param>
    /// <param name="count">How many outcomes; may be an effective number.</param>
    /// <param name="level">Confidence level, 0 to 1, both ends excluded.</param>
    /// <returns>Inside 0 to 1; <see langword="null"/> where there is no outcome.</returns>
    public static Interval? Wilson(double successes, double count, double level = 0.95)
    {
        Check(successes, count, level);
        if (count == 0)
        {
            return null;
        }

        double z = NormalDistribution.Quantile((1 + level) / 2), square = z * z;
        double share = successes / count, scale = 1 + (square / count);
        double centre = (share + (square / (2 * count))) / scale;
        double half = z * Math.Sqrt((share * (1 - share) / count) + (square / (4 * count * count))) / scale;
        return new Interval(successes == 0 ? 0 : Math.Max(0, centre - half), successes == count ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>Newcombe's hybrid score interval (method 10) of the first proportion minus the second, for two independent samples.</summary>
    /// <returns>Inside −1 to 1; <see langword="null"/> where a sample is empty.</returns>
    public static Interval? NewcombeDifference(double firstSuccesses, double firstCount, double secondSuccesses, double secondCount, double level = 0.95)
    {
        if (Wilson(firstSuccesses, firstCount, level) is not { } first || Wilson(secondSuccesses, secondCount, level) is not { } second)
        {
            return null;
        }

        double p = firstSuccesses / firstCount, q = secondSuccesses / secondCount;
        return new Interval(
            p - q - Math.Sqrt(Square(p - first.Low) + Square(second.High - q)),
            p - q + Math.Sqrt(Square(first.High - p) + Square(q - second.Low)));
    }

    private static double Square(double value) => value * value;

    private static void Check(double successes, double count, double level)
    {
        Bootstrap.CheckLevel(level);
        if (!(count >= 0) || !(successes >= 0 && successes <= count))
        {
            throw new ArgumentOutOfRangeException(nameof(successes), successes, $"Between 0 and {count} successes are possible.");
        }
    }

    /// <summary>Clopper and Pearson's exact interval: never covers less than the level, so it is wide for few images.</summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval? ClopperPearson(double successes, double count, double level = 0.95)
    {
        Bootstrap.CheckLevel(level);
        double tail = (1 - level) / 2;
        return !IsCount(successes, count) ? null : new Interval(
            successes == 0 ? 0 : BetaDistribution.Quantile(tail, successes, count - successes + 1),
            successes == count ? 1 : BetaDistribution.Quantile(1 - tail, successes + 1, count - successes));
    }

    /// <summary>Jeffreys' interval: the middle of the posterior under a Beta(½, ½) prior; 0 and 1 are ends where nothing, or everything, succeeds.</summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval? Jeffreys(double successes, double count, double level = 0.95)
    {
        Bootstrap.CheckLevel(level);
        double tail = (1 - level) / 2;
        return !IsCount(successes, count) ? null : new Interval(
            successes == 0 ? 0 : BetaDistribution.Quantile(tail, successes + 0.5, count - successes + 0.5),
            successes == count ? 1 : BetaDistribution.Quantile(1 - tail, successes + 0.5, count - successes + 0.5));
    }

    private static bool IsCount(double successes, double count) => successes >= 0 && successes <= count
        ? count > 0
        : throw new ArgumentException($"{successes} of {count} is no share.", nameof(successes));
}
