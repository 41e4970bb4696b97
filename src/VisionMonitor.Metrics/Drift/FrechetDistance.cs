using System.Buffers;

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
        double[] mean = EmbeddingMoments.Mean(baseline, dimension), covariance = new double[dimension * dimension];
        EmbeddingMoments.Covariance(baseline, mean, count - 1, covariance);
        return new FrechetDistance(dimension, mean, covariance);
    }

    /// <summary>The distance of a window, at least 0 up to rounding.</summary>
    /// <param name="window">Rows × dimension, row-major, finite, at least 2 rows.</param>
    public double To(ReadOnlySpan<float> window)
    {
        int count = AtLeastTwo(window, _dimension, nameof(window));
        double[] mean = EmbeddingMoments.Mean(window, _dimension);
        double gap = 0;
        for (int d = 0; d < _dimension; d++)
        {
            gap += (mean[d] - _mean[d]) * (mean[d] - _mean[d]);
        }

        (double nuclear, double trace) = count < _dimension ? OfFew(window, mean, count) : OfMany(window, mean, count);
        return gap + _trace + trace - (2 * nuclear);
    }

    /// <summary>With fewer rows than dimensions: B·Σ₁·Bᵀ has the squares of the singular values of A·Bᵀ and is only count × count.</summary>
    private (double Nuclear, double Trace) OfFew(ReadOnlySpan<float> window, double[] mean, int count)
    {
        double[] centred = EmbeddingMoments.Centred(window, _dimension, mean), half = new double[centred.Length], product = new double[count * count];
        PackedRows<double> covariance = PackedRows<double>.Rented(_covariance, _dimension, _dimension), packed = PackedRows<double>.Rented(centred, count, _dimension);
        MatrixProduct.TransposedB(centred, count, covariance, half, _dimension);
        MatrixProduct.AddLower(half, packed, product, count);
        covariance.Return();
        packed.Return();
        return (RootSum(product, count) / Math.Sqrt(count - 1), SymmetricEigen.Dot(centred, centred) / (count - 1));
    }

    /// <summary>Otherwise U·Σ₂·Uᵀ has them, with UᵀU = Σ₁.</summary>
    private (double Nuclear, double Trace) OfMany(ReadOnlySpan<float> window, double[] mean, int count)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(_dimension * _dimension);
        Span<double> covariance = rented.AsSpan(0, _dimension * _dimension);
        EmbeddingMoments.Covariance(window, mean, count - 1, covariance);
        double trace = Trace(rented, _dimension);
        MatrixProduct.Congruence(_root.Value, covariance, _dimension);
        double nuclear = RootSum(rented, _dimension);
        ArrayPool<double>.Shared.Return(rented);
        return (nuclear, trace);
    }

    /// <summary>Σ of the roots of the eigenvalues. What is smaller than rounding of the largest is none; its root would be 1e-8 of the largest.</summary>
    private static double RootSum(double[] product, int size)
    {
        double[] values = SymmetricEigen.Values(product, size);
        double floor = Math.Max(0, values[0]) * size * 2.2e-16, sum = 0;
        foreach (double value in values)
        {
            sum += value > floor ? Math.Sqrt(value) : 0;
        }

        return sum;
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
