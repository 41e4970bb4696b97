using System.Runtime.Intrinsics;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Features φ(x) whose dot product approximates the kernel exp(−‖x − y‖² / 2σ²) (Rahimi and Recht 2007). The mean of φ over
/// a set is a sketch of its distribution that adds up: ‖mean φ(A) − mean φ(B)‖² approximates the biased squared MMD of A and B.
/// </summary>
/// <remarks>From 64 dimensions the frequencies are orthogonal in blocks and made by fast Hadamard transforms: a tenth of the work, and less variance.</remarks>
public sealed class RandomFourierFeatures
{
    private const int Block = 64;

    private readonly IFrequencies _frequencies;
    private readonly float _scale;

    /// <summary>Draws the frequencies.</summary>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="bandwidth">σ above 0; see <see cref="MedianBandwidth"/>.</param>
    /// <param name="featureCount">D, an even number; half are cosines, half are sines of the same frequencies.</param>
    /// <param name="seed">The same seed draws the same frequencies.</param>
    public RandomFourierFeatures(int dimension, double bandwidth, int featureCount = 1024, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 2);
        if (featureCount % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(featureCount), featureCount, "Features come in pairs of a cosine and a sine.");
        }

        if (!(bandwidth > 0) || double.IsInfinity(bandwidth))
        {
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "A bandwidth is finite and above 0.");
        }

        (Dimension, Bandwidth, FeatureCount, Seed) = (dimension, bandwidth, featureCount, seed);
        _frequencies = dimension < StructuredFrequencies.LeastDimension
            ? new DenseFrequencies(dimension, bandwidth, featureCount / 2, seed)
            : new StructuredFrequencies(dimension, bandwidth, featureCount / 2, seed);
        _scale = (float)Math.Sqrt(2.0 / featureCount);
    }

    /// <summary>Length of an embedding.</summary>
    public int Dimension { get; }

    /// <summary>σ of the kernel.</summary>
    public double Bandwidth { get; }

    /// <summary>D: length of φ.</summary>
    public int FeatureCount { get; }

    /// <summary>The seed of the frequencies.</summary>
    public ulong Seed { get; }

    /// <summary>φ of every row.</summary>
    /// <param name="rows">Rows × dimension, row-major; a NaN gives NaN features.</param>
    /// <param name="features">Rows × feature count, row-major: first the cosines, then the sines.</param>
    public void Transform(ReadOnlySpan<float> rows, Span<float> features)
    {
        int count = rows.Length / Dimension;
        if (rows.Length % Dimension != 0 || features.Length != count * FeatureCount)
        {
            throw new ArgumentException($"{rows.Length} numbers in rows of {Dimension} give {count} × {FeatureCount} features, not {features.Length}.", nameof(features));
        }

        int frequencies = FeatureCount / 2;
        float[] projections = new float[Math.Min(Block, count) * frequencies];
        for (int first = 0; first < count; first += Block)
        {
            int height = Math.Min(Block, count - first);
            _frequencies.Project(rows.Slice(first * Dimension, height * Dimension), projections);
            for (int r = 0; r < height; r++)
            {
                Span<float> target = features.Slice((first + r) * FeatureCount, FeatureCount);
                Waves.Fill(projections.AsSpan(r * frequencies, frequencies), _scale, target[..frequencies], target[frequencies..]);
            }
        }
    }

    /// <summary>Adds φ of every row to a sum: the mergeable sketch of a set is this sum and its count.</summary>
    /// <param name="rows">Rows × dimension, row-major, finite.</param>
    /// <param name="sum">Feature count numbers.</param>
    /// <returns>How many rows were added.</returns>
    public int AddTo(ReadOnlySpan<float> rows, Span<double> sum)
    {
        int count = EmbeddingRows.Count(rows, Dimension, nameof(rows));
        if (sum.Length != FeatureCount)
        {
            throw new ArgumentException($"A sum of features has {FeatureCount} numbers, not {sum.Length}.", nameof(sum));
        }

        float[] features = new float[Block * FeatureCount];
        for (int row = 0; row < count; row += Block)
        {
            int height = Math.Min(Block, count - row);
            Span<float> block = features.AsSpan(0, height * FeatureCount);
            Transform(rows.Slice(row * Dimension, height * Dimension), block);
            for (int r = 0; r < height; r++)
            {
                AddRow(block.Slice(r * FeatureCount, FeatureCount), sum);
            }
        }

        return count;
    }

    /// <summary>Mean φ of at least one row.</summary>
    public double[] Mean(ReadOnlySpan<float> rows)
    {
        double[] mean = new double[FeatureCount];
        int count = AddTo(rows, mean);
        if (count == 0)
        {
            throw new ArgumentException("The mean of no rows is undefined.", nameof(rows));
        }

        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] /= count;
        }

        return mean;
    }

    /// <summary>‖a − b‖² of two means, the approximate biased squared MMD.</summary>
    public static double Discrepancy(ReadOnlySpan<double> meanA, ReadOnlySpan<double> meanB)
    {
        if (meanA.Length != meanB.Length)
        {
            throw new ArgumentException($"A mean of {meanA.Length} features cannot be compared with one of {meanB.Length}.", nameof(meanB));
        }

        double sum = 0;
        for (int i = 0; i < meanA.Length; i++)
        {
            double gap = meanA[i] - meanB[i];
            sum += gap * gap;
        }

        return sum;
    }

    internal static void AddRow(ReadOnlySpan<float> features, Span<double> sum)
    {
        int i = 0;
        for (; i <= features.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Vector512.Create(features[i..]));
            (Vector512.Create<double>(sum[i..]) + low).CopyTo(sum[i..]);
            (Vector512.Create<double>(sum[(i + 8)..]) + high).CopyTo(sum[(i + 8)..]);
        }

        for (; i < features.Length; i++)
        {
            sum[i] += features[i];
        }
    }
}
