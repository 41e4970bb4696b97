namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Embeddings on a plane for people to look at: the first axis is the direction in which the two sets differ most for what they vary
/// (their means' difference, whitened by the pooled principal components), the second the largest component of what is left.
/// </summary>
/// <param name="Points">x and y by turns, first the baseline's rows, then the window's; about −3 to 3, in pooled standard deviations.</param>
/// <param name="BaselineCount">How many points are of the baseline.</param>
public sealed record EmbeddingMap(IReadOnlyList<double> Points, int BaselineCount)
{
    private const int MostComponents = 16;

    /// <summary>Places the rows of two sets.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least 2 rows.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least 2 rows.</param>
    /// <param name="dimension">Length of a row.</param>
    public static EmbeddingMap Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension)
    {
        int m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window));
        if (m < 2 || n < 2)
        {
            throw new ArgumentException($"A map needs at least 2 rows on each side, not {m} and {n}.", nameof(window));
        }

        float[] all = [.. baseline, .. window];
        double[] mean = EmbeddingMoments.Mean(all, dimension), centred = EmbeddingMoments.Centred(all, dimension, mean);
        (double[] values, double[][] vectors) = SymmetricEigen.Decompose(EmbeddingMoments.Covariance(centred, dimension, m + n), dimension);
        int kept = Math.Min(MostComponents, values.Count(value => value > values[0] * 1e-6));
        if (kept == 0 || values[0] <= 0)
        {
            return new EmbeddingMap(new double[2 * (m + n)], m);
        }

        double[] scores = Scores(centred, dimension, vectors, values, kept);
        double[] apart = Apart(scores, m, kept), across = Across(apart, kept);
        double[] points = new double[2 * (m + n)];
        for (int row = 0; row < m + n; row++)
        {
            ReadOnlySpan<double> score = scores.AsSpan(row * kept, kept);
            (points[2 * row], points[(2 * row) + 1]) = (SymmetricEigen.Dot(score, apart), SymmetricEigen.Dot(score, across));
        }

        return new EmbeddingMap(points, m);
    }

    // Each component with unit variance: a direction with little spread counts as much as one with much.
    private static double[] Scores(double[] centred, int dimension, double[][] vectors, double[] values, int kept)
    {
        int count = centred.Length / dimension;
        double[] scores = new double[count * kept];
        for (int row = 0; row < count; row++)
        {
            for (int component = 0; component < kept; component++)
            {
                scores[(row * kept) + component] = SymmetricEigen.Dot(centred.AsSpan(row * dimension, dimension), vectors[component]) / Math.Sqrt(values[component]);
            }
        }

        return scores;
    }

    private static double[] Apart(double[] scores, int baselineCount, int kept)
    {
        double[] difference = new double[kept];
        int count = scores.Length / kept;
        for (int row = 0; row < count; row++)
        {
            SymmetricEigen.AddScaled(scores.AsSpan(row * kept, kept), row < baselineCount ? -1.0 / baselineCount : 1.0 / (count - baselineCount), difference);
        }

        double length = Math.Sqrt(SymmetricEigen.Dot(difference, difference));
        return length > 1e-9 ? Array.ConvertAll(difference, value => value / length) : [1, .. new double[kept - 1]];
    }

    // The scores are white, so any direction at right angles varies alike; the one nearest to the largest component is the most familiar.
    private static double[] Across(double[] apart, int kept)
    {
        int largest = Enumerable.Range(0, kept).MinBy(component => Math.Abs(apart[component]) > 0.9 ? kept + component : component);
        double[] axis = new double[kept];
        axis[largest] = 1;
        SymmetricEigen.AddScaled(apart, -apart[largest], axis);
        double length = Math.Sqrt(SymmetricEigen.Dot(axis, axis));
        return length > 1e-9 ? Array.ConvertAll(axis, value => value / length) : axis;
    }
}
