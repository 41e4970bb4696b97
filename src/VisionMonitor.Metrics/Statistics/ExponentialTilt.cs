namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// Weights of a sample under which the mean of one number is that of another sample, and which otherwise stay as even as they can: weight × exp(λ·value)
/// (entropy balancing of one moment, Hainmueller 2012; raking and calibration estimators in surveys do the same).
/// </summary>
public static class ExponentialTilt
{
    /// <summary>λ times the standard deviation of the values goes no further than this either way: beyond it a few would speak for all.</summary>
    public const double MostTilt = 1;

    private const int Halvings = 50;

    /// <summary>The tilted weights; their sum is that of the given ones.</summary>
    /// <param name="values">One finite value per image.</param>
    /// <param name="weights">One finite weight of at least 0 per image.</param>
    /// <param name="target">The mean to reach; where it lies further than <see cref="MostTilt"/> allows, the weights go as far as that.</param>
    /// <returns>The given weights where all values are the same, or none has a weight.</returns>
    /// <exception cref="ArgumentException">There are not as many weights as values.</exception>
    public static double[] Weights(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double target)
    {
        if (values.Length != weights.Length)
        {
            throw new ArgumentException($"There are {values.Length} values and {weights.Length} weights.", nameof(weights));
        }

        (double total, double mean, double variance) = (0, 0, 0);
        for (int index = 0; index < values.Length; index++)
        {
            total += weights[index];
            mean += weights[index] * values[index];
        }

        mean /= total;
        for (int index = 0; index < values.Length; index++)
        {
            variance += weights[index] * (values[index] - mean) * (values[index] - mean) / total;
        }

        double deviation = Math.Sqrt(variance);
        if (!(deviation > 1e-9))
        {
            return weights.ToArray();
        }

        double[] tilted = new double[values.Length];
        (double low, double high, double sum) = (-MostTilt / deviation, MostTilt / deviation, 0);
        for (int halving = 0; halving < Halvings; halving++)
        {
            (double slope, double moment) = ((low + high) / 2, 0);
            sum = 0;
            for (int index = 0; index < values.Length; index++)
            {
                tilted[index] = weights[index] * Math.Exp(slope * (values[index] - mean));
                sum += tilted[index];
                moment += tilted[index] * values[index];
            }

            (low, high) = moment / sum < target ? (slope, high) : (low, slope);
        }

        for (int index = 0; index < tilted.Length; index++)
        {
            tilted[index] *= total / sum;
        }

        return tilted;
    }
}
