namespace VisionMonitor.Metrics.Drift;

/// <summary>Mean, centred rows and covariance of embeddings, in float64.</summary>
internal static class EmbeddingMoments
{
    public static double[] Mean(ReadOnlySpan<float> rows, int dimension)
    {
        int count = EmbeddingRows.Count(rows, dimension, nameof(rows));
        double[] mean = new double[dimension];
        for (int r = 0; r < count; r++)
        {
            RandomFourierFeatures.AddRow(rows.Slice(r * dimension, dimension), mean);
        }

        return Array.ConvertAll(mean, sum => sum / count);
    }

    public static double[] Centred(ReadOnlySpan<float> rows, int dimension, double[] mean)
    {
        double[] centred = new double[rows.Length];
        for (int r = 0; r < rows.Length; r += dimension)
        {
            for (int d = 0; d < dimension; d++)
            {
                centred[r + d] = rows[r + d] - mean[d];
            }
        }

        return centred;
    }

    /// <summary>Σ of centred rows, divided by <paramref name="divisor"/>; both triangles.</summary>
    public static double[] Covariance(double[] centred, int dimension, double divisor)
    {
        int count = centred.Length / dimension;
        double[] covariance = new double[dimension * dimension];
        MatrixProduct.Gram<double>(MatrixProduct.Transpose<double>(centred, count, dimension), dimension, count, covariance);
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                covariance[(j * dimension) + i] = covariance[(i * dimension) + j] /= divisor;
            }
        }

        return covariance;
    }

    public static double SumOfSquares(ReadOnlySpan<double> values) => SymmetricEigen.Dot(values, values);
}
