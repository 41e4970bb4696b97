namespace VisionMonitor.Metrics.Statistics;

/// <summary>Weights that undo unequal chances of being sampled (Horvitz and Thompson 1952).</summary>
public static class HorvitzThompson
{
    /// <summary>1 / chance for each image, so that a weighted summary estimates the whole population.</summary>
    /// <param name="inclusionProbabilities">The chance with which each sampled image was chosen, above 0 and at most 1.</param>
    /// <exception cref="ArgumentException">A chance is not above 0 and at most 1: an image that could not be chosen cannot be in the sample.</exception>
    public static double[] Weights(ReadOnlySpan<double> inclusionProbabilities)
    {
        double[] weights = new double[inclusionProbabilities.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            double chance = inclusionProbabilities[i];
            weights[i] = chance > 0 && chance <= 1 ? 1 / chance : throw new ArgumentException($"The chance of image {i} is {chance}.", nameof(inclusionProbabilities));
        }

        return weights;
    }

    /// <summary>Kish's effective number of images, (Σw)² / Σw²: how many equally weighted images tell as much; 0 without images.</summary>
    public static double EffectiveCount(ReadOnlySpan<double> weights)
    {
        Bootstrap.CheckWeights(weights);
        double sum = 0, squares = 0;
        foreach (double weight in weights)
        {
            sum += weight;
            squares += weight * weight;
        }

        return squares > 0 ? sum * sum / squares : 0;
    }
}
