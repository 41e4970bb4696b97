namespace VisionMonitor.Metrics.Statistics;

/// <summary>Exact one-sided bounds of the mean of a Poisson count (Garwood 1936).</summary>
public static class PoissonBound
{
    /// <summary>The mean at which so few events have a chance of only <paramref name="tail"/>.</summary>
    /// <param name="count">Events that were seen, at least 0.</param>
    /// <param name="tail">0.025 for one side of a 95 % interval.</param>
    public static double Upper(long count, double tail) => Solve(mean => ChiSquaredDistribution.Above(2 * mean, 2.0 * (count + 1)) > tail, count);

    /// <summary>The mean at which so many events have a chance of only <paramref name="tail"/>; 0 for no event.</summary>
    /// <inheritdoc cref="Upper"/>
    public static double Lower(long count, double tail) => count == 0 ? 0 : Solve(mean => 1 - ChiSquaredDistribution.Above(2 * mean, 2.0 * count) < tail, count);

    /// <summary>Where a condition that holds for small means ends.</summary>
    private static double Solve(Func<double, bool> isBelow, long count)
    {
        double low = 0, high = 10 + (3.0 * count);
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = isBelow(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
