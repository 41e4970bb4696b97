namespace VisionMonitor.Metrics.Statistics;

/// <summary>The bias-corrected and accelerated interval of one statistic (Efron 1987).</summary>
internal static class BiasCorrected
{
    public static Interval? Interval(ReadOnlySpan<double> sortedReplicates, ReadOnlySpan<double> leftOut, double point, double level, int replicates)
    {
        if (double.IsNaN(point) || sortedReplicates.IsEmpty || sortedReplicates.Length < Bootstrap.RequiredShare * replicates)
        {
            return null;
        }

        (double bias, double acceleration) = Parameters(sortedReplicates, leftOut, point);
        if (double.IsInfinity(bias))
        {
            // The point estimate lies outside all replicates: no correction is defined, the percentile interval is what remains.
            return Bootstrap.PercentileOf(sortedReplicates, level, replicates);
        }

        double z = NormalDistribution.Quantile((1 + level) / 2);
        return new Interval(At(sortedReplicates, -z), At(sortedReplicates, z));

        double At(ReadOnlySpan<double> sorted, double normal)
        {
            double shifted = bias + normal;
            double probability = NormalDistribution.Below(bias + (shifted / (1 - (acceleration * shifted))));
            return Quantile.OfSorted(sorted, probability);
        }
    }

    /// <summary>z0 and a: the bias counts replicates below the point and half of those equal to it.</summary>
    public static (double Bias, double Acceleration) Parameters(ReadOnlySpan<double> sortedReplicates, ReadOnlySpan<double> leftOut, double point)
    {
        int below = 0, equal = 0;
        foreach (double value in sortedReplicates)
        {
            below += value < point ? 1 : 0;
            equal += value == point ? 1 : 0;
        }

        double share = (below + (0.5 * equal)) / sortedReplicates.Length;
        double mean = 0;
        foreach (double value in leftOut)
        {
            mean += value / leftOut.Length;
        }

        double squares = 0, cubes = 0;
        foreach (double value in leftOut)
        {
            double difference = mean - value;
            squares += difference * difference;
            cubes += difference * difference * difference;
        }

        double acceleration = squares == 0 ? 0 : cubes / (6 * Math.Pow(squares, 1.5));
        return (NormalDistribution.Quantile(share), acceleration);
    }
}
