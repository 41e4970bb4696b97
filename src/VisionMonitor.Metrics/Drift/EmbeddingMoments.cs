using System.Buffers;
using System.Numerics;

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
        double[] covariance = new double[dimension * dimension];
        Covariance<double>(centred, new double[dimension], divisor, covariance);
        return covariance;
    }

    /// <summary>Σ (row − mean)·(row − mean)ᵀ / divisor, in float64, without a centred copy of all rows.</summary>
    /// <param name="rows">Rows × dimension, row-major.</param>
    /// <param name="mean">One number for each dimension.</param>
    /// <param name="divisor">Above 0.</param>
    /// <param name="covariance">Dimension × dimension; overwritten, both triangles.</param>
    public static void Covariance<T>(ReadOnlySpan<T> rows, ReadOnlySpan<double> mean, double divisor, Span<double> covariance)
        where T : unmanaged, INumber<T>
    {
        const int Most = 4 * PackedRows<double>.Depth, Tile = 32;
        int dimension = mean.Length, count = rows.Length / dimension;
        double[] columns = ArrayPool<double>.Shared.Rent(dimension * Math.Min(Most, count));
        covariance.Clear();
        for (int first = 0; first < count; first += Most)
        {
            // A part of the rows is turned and centred at once, a few at a time so that both what is read and what is written stay near.
            int part = Math.Min(Most, count - first);
            for (int start = 0; start < part; start += Tile)
            {
                int height = Math.Min(Tile, part - start);
                for (int d = 0; d < dimension; d++)
                {
                    Span<double> target = columns.AsSpan((d * part) + start, height);
                    for (int r = 0, at = ((first + start) * dimension) + d; r < target.Length; r++, at += dimension)
                    {
                        target[r] = double.CreateTruncating(rows[at]) - mean[d];
                    }
                }
            }

            PackedRows<double> packed = PackedRows<double>.Rented(columns.AsSpan(0, dimension * part), dimension, part);
            MatrixProduct.AddLower(columns.AsSpan(0, dimension * part), packed, covariance, dimension);
            packed.Return();
        }

        ArrayPool<double>.Shared.Return(columns);
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                covariance[(j * dimension) + i] = covariance[(i * dimension) + j] /= divisor;
            }
        }
    }
}
