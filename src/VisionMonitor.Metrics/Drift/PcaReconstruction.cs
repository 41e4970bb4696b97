namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// How badly the baseline's principal components describe an embedding: standardized (population standard deviation; a constant dimension is only
/// centred), projected on the components, and the length of what is left. As NannyML computes it.
/// </summary>
public sealed class PcaReconstruction
{
    private readonly PackedRows<float> _components;
    private readonly double[] _mean;
    private readonly double[] _scale;

    private PcaReconstruction(double[] mean, double[] scale, PackedRows<float> components, double baselineMean, double baselineDeviation)
    {
        (_mean, _scale, _components, BaselineMean, BaselineDeviation) = (mean, scale, components, baselineMean, baselineDeviation);
    }

    /// <summary>How many components describe the wanted share of the variance.</summary>
    public int ComponentCount => _components.Count;

    /// <summary>Mean error of the baseline's own rows.</summary>
    public double BaselineMean { get; }

    /// <summary>Sample standard deviation of the errors of the baseline's rows.</summary>
    public double BaselineDeviation { get; }

    /// <summary>Finds the components of a baseline.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least 2 rows.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="share">The variance to describe, above 0 and below 1: the fewest components whose share lies above it.</param>
    public static PcaReconstruction From(ReadOnlySpan<float> baseline, int dimension, double share = 0.65)
    {
        int count = EmbeddingRows.Count(baseline, dimension, nameof(baseline));
        if (count < 2 || !(share > 0 && share < 1))
        {
            throw new ArgumentException($"Principal components need at least 2 rows, not {count}, and a share between 0 and 1.", nameof(baseline));
        }

        double[] mean = EmbeddingMoments.Mean(baseline, dimension), centred = EmbeddingMoments.Centred(baseline, dimension, mean);
        double[] scale = Deviations(centred, dimension);
        for (int i = 0; i < centred.Length; i++)
        {
            centred[i] /= scale[i % dimension];
        }

        (double[] values, double[][] vectors) = SymmetricEigen.Decompose(EmbeddingMoments.Covariance(centred, dimension, count), dimension);
        double total = values.Sum(v => Math.Max(0, v)), sum = 0;
        int wanted = 0, most = Math.Min(count, dimension);
        while (wanted < most && sum <= share * total)
        {
            sum += Math.Max(0, values[wanted++]);
        }

        PackedRows<float> components = new([.. vectors.Take(wanted).SelectMany(v => v).Select(v => (float)v)], wanted, dimension);
        PcaReconstruction bare = new(mean, scale, components, 0, 0);
        double[] errors = bare.Errors(baseline);
        double average = errors.Average(), deviation = Math.Sqrt(errors.Sum(e => (e - average) * (e - average)) / (count - 1));
        return new PcaReconstruction(mean, scale, components, average, deviation);
    }

    /// <summary>The error of each row, at least 0.</summary>
    /// <param name="rows">Rows × dimension, row-major, finite.</param>
    public double[] Errors(ReadOnlySpan<float> rows)
    {
        double[] errors = new double[EmbeddingRows.Count(rows, _mean.Length, nameof(rows))];
        Project(rows, errors, []);
        return errors;
    }

    /// <summary>The error of each row, and its first scores: standardized, then projected on the components.</summary>
    /// <param name="rows">Rows × dimension, row-major, finite.</param>
    /// <param name="errors">One for each row.</param>
    /// <param name="scores">Rows × (any number of components), row-major; components beyond <see cref="ComponentCount"/> are 0.</param>
    public void Project(ReadOnlySpan<float> rows, Span<double> errors, Span<float> scores)
    {
        int dimension = _mean.Length, count = EmbeddingRows.Count(rows, dimension, nameof(rows)), width = count == 0 ? 0 : scores.Length / count;
        const int Block = 256;
        float[] standard = new float[Math.Min(Block, Math.Max(1, count)) * dimension], projected = new float[Block * Math.Max(1, ComponentCount)];
        for (int first = 0; first < count; first += Block)
        {
            int height = Math.Min(Block, count - first);
            for (int r = 0; r < height; r++)
            {
                for (int d = 0; d < dimension; d++)
                {
                    standard[(r * dimension) + d] = (float)((rows[((first + r) * dimension) + d] - _mean[d]) / _scale[d]);
                }
            }

            MatrixProduct.TransposedB(standard, height, _components, projected, ComponentCount);
            for (int r = 0; r < height; r++)
            {
                Span<float> score = projected.AsSpan(r * ComponentCount, ComponentCount);
                errors[first + r] = Rest(standard.AsSpan(r * dimension, dimension), score);
                score[..Math.Min(width, ComponentCount)].CopyTo(scores[((first + r) * width)..]);
            }
        }
    }

    /// <summary>‖x‖² − ‖projection‖²: the components are orthonormal.</summary>
    private static double Rest(ReadOnlySpan<float> row, ReadOnlySpan<float> projected)
    {
        double whole = 0, kept = 0;
        foreach (float value in row)
        {
            whole += (double)value * value;
        }

        foreach (float value in projected)
        {
            kept += (double)value * value;
        }

        return Math.Sqrt(Math.Max(0, whole - kept));
    }

    private static double[] Deviations(double[] centred, int dimension)
    {
        double[] squares = new double[dimension];
        for (int i = 0; i < centred.Length; i++)
        {
            squares[i % dimension] += centred[i] * centred[i];
        }

        int count = centred.Length / dimension;
        return Array.ConvertAll(squares, s => s > 0 ? Math.Sqrt(s / count) : 1);
    }
}
