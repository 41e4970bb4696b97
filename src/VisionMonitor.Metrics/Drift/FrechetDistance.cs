namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Fréchet distance of two normal laws fitted to embeddings (FID): ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2·tr (Σ₁Σ₂)^½, covariances with n − 1.
/// The last trace is the nuclear norm of A·Bᵀ with A, B the centred rows / √(n − 1), which also holds with fewer rows than dimensions.
/// </summary>
/// <remarks>It grows as sets get smaller (at d = 128 by 5 with 100 images): never compare values of different sizes.</remarks>
public sealed class FrechetDistance
{
    private readonly int _dimension;
    private readonly double[] _mean;
    private readonly double[] _covariance;
    private readonly double _trace;
    private readonly Lazy<double[]> _root;

    private FrechetDistance(int dimension, double[] mean, double[] covariance)
    {
        (_dimension, _mean, _covariance) = (dimension, mean, covariance);
        _trace = Trace(covariance, dimension);
        _root = new Lazy<double[]>(() => UpperRoot(_covariance, _dimension));
    }

    /// <summary>Prepares a baseline, so that many windows can be compared with it.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least 2 rows.</param>
    /// <param name="dimension">Length of a row.</param>
    public static FrechetDistance From(ReadOnlySpan<float> baseline, int dimension)
    {
        int count = AtLeastTwo(baseline, dimension, nameof(baseline));
        double[] mean = EmbeddingMoments.Mean(baseline, dimension);
        return new FrechetDistance(dimension, mean, EmbeddingMoments.Covariance(EmbeddingMoments.Centred(baseline, dimension, mean), dimension, count - 1));
    }

    /// <summary>The distance of a window, at least 0 up to rounding.</summary>
    /// <param name="window">Rows × dimension, row-major, finite, at least 2 rows.</param>
    public double To(ReadOnlySpan<float> window)
    {
        int count = AtLeastTwo(window, _dimension, nameof(window));
        double[] mean = EmbeddingMoments.Mean(window, _dimension), centred = EmbeddingMoments.Centred(window, _dimension, mean);
        double gap = 0;
        for (int d = 0; d < _dimension; d++)
        {
            gap += (mean[d] - _mean[d]) * (mean[d] - _mean[d]);
        }

        int size = Math.Min(count, _dimension);
        double[] product = new double[size * size];
        if (count < _dimension)
        {
            // B·Σ₁·Bᵀ has the squares of the singular values of A·Bᵀ and is only count × count.
            double[] half = new double[count * _dimension];
            MatrixProduct.TransposedB<double>(centred, count, _covariance, _dimension, _dimension, half, _dimension);
            MatrixProduct.TransposedB<double>(half, count, centred, count, _dimension, product, count);
        }
        else
        {
            double[] half = new double[_dimension * count];
            MatrixProduct.TransposedB<double>(_root.Value, _dimension, centred, count, _dimension, half, count);
            MatrixProduct.Gram<double>(half, _dimension, count, product);
        }

        // What is smaller than rounding of the largest is no singular value; its root would be 1e-8 of the largest.
        double[] values = SymmetricEigen.Values(product, size);
        double floor = Math.Max(0, values[0]) * size * 2.2e-16, nuclear = 0;
        foreach (double value in values)
        {
            nuclear += value > floor ? Math.Sqrt(value) : 0;
        }

        return gap + _trace + (EmbeddingMoments.SumOfSquares(centred) / (count - 1)) - (2 * nuclear / Math.Sqrt(count - 1));
    }

    private static int AtLeastTwo(ReadOnlySpan<float> rows, int dimension, string name)
    {
        int count = EmbeddingRows.Count(rows, dimension, name);
        return count >= 2 ? count : throw new ArgumentException($"A covariance needs at least 2 rows, not {count}.", name);
    }

    private static double Trace(double[] matrix, int size) => Enumerable.Range(0, size).Sum(i => matrix[(i * size) + i]);

    /// <summary>U with UᵀU = the matrix (Cholesky); a direction without variance gives a row of zeros.</summary>
    private static double[] UpperRoot(double[] matrix, int size)
    {
        double[] root = (double[])matrix.Clone();
        double floor = Enumerable.Range(0, size).Max(i => matrix[(i * size) + i]) * size * 2.2e-16;
        for (int k = 0; k < size; k++)
        {
            Span<double> row = root.AsSpan(k * size, size);
            row[..k].Clear();
            if (!(row[k] > floor))
            {
                row.Clear();
                continue;
            }

            double scale = 1 / Math.Sqrt(row[k]);
            for (int j = k; j < size; j++)
            {
                row[j] *= scale;
            }

            for (int i = k + 1; i < size; i++)
            {
                SymmetricEigen.AddScaled(row[i..], -row[i], root.AsSpan((i * size) + i, size - i));
            }
        }

        return root;
    }
}
