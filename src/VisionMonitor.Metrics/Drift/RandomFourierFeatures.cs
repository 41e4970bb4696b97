using System.Runtime.Intrinsics;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Features φ(x) whose dot product approximates the kernel exp(−‖x − y‖² / 2σ²) (Rahimi and Recht 2007). The mean of φ over
/// a set is a sketch of its distribution that adds up: ‖mean φ(A) − mean φ(B)‖² approximates the biased squared MMD of A and B.
/// </summary>
public sealed class RandomFourierFeatures
{
    /// <summary>Frequencies that one pass over a row keeps in registers: 4 vectors of 16.</summary>
    private const int PanelWidth = 64;

    /// <summary>Frequencies / σ, in panels of <see cref="PanelWidth"/>: [panel][dimension][frequency within the panel].</summary>
    private readonly float[] _panels;
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
        int frequencies = featureCount / 2, panelCount = (frequencies + PanelWidth - 1) / PanelWidth;
        _panels = new float[panelCount * dimension * PanelWidth];
        for (int f = 0; f < frequencies; f++)
        {
            for (int d = 0; d < dimension; d++)
            {
                _panels[((((f / PanelWidth) * dimension) + d) * PanelWidth) + (f % PanelWidth)] = (float)(SplitMix64.Normal(seed, ((ulong)f * (ulong)dimension) + (ulong)d) / bandwidth);
            }
        }

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
        Span<float> projections = stackalloc float[4 * PanelWidth];
        for (int first = 0; first < frequencies; first += PanelWidth)
        {
            ReadOnlySpan<float> panel = _panels.AsSpan((first / PanelWidth) * Dimension * PanelWidth, Dimension * PanelWidth);
            int width = Math.Min(PanelWidth, frequencies - first);
            for (int row = 0; row < count; row += 4)
            {
                int height = Math.Min(4, count - row);
                Project(rows, row, height, panel, projections);
                for (int r = 0; r < height; r++)
                {
                    Span<float> target = features.Slice((row + r) * FeatureCount, FeatureCount);
                    Wave(projections.Slice(r * PanelWidth, PanelWidth), target.Slice(first, width), target.Slice(frequencies + first, width));
                }
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

        const int Block = 64;
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

    /// <summary>Four rows against 64 frequencies: sixteen accumulators stay in registers while the panel is read once.</summary>
    private void Project(ReadOnlySpan<float> rows, int row, int height, ReadOnlySpan<float> panel, Span<float> projections)
    {
        ReadOnlySpan<float> x0 = rows.Slice(row * Dimension, Dimension);
        ReadOnlySpan<float> x1 = height > 1 ? rows.Slice((row + 1) * Dimension, Dimension) : x0;
        ReadOnlySpan<float> x2 = height > 2 ? rows.Slice((row + 2) * Dimension, Dimension) : x0;
        ReadOnlySpan<float> x3 = height > 3 ? rows.Slice((row + 3) * Dimension, Dimension) : x0;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        ref float source = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(panel);
        for (int k = 0; k < x0.Length; k++)
        {
            nuint start = (nuint)(k * PanelWidth);
            Vector512<float> w0 = Vector512.LoadUnsafe(ref source, start), w1 = Vector512.LoadUnsafe(ref source, start + 16);
            Vector512<float> w2 = Vector512.LoadUnsafe(ref source, start + 32), w3 = Vector512.LoadUnsafe(ref source, start + 48);
            Vector512<float> x = Vector512.Create(x0[k]);
            a0 = Vector512.FusedMultiplyAdd(x, w0, a0);
            a1 = Vector512.FusedMultiplyAdd(x, w1, a1);
            a2 = Vector512.FusedMultiplyAdd(x, w2, a2);
            a3 = Vector512.FusedMultiplyAdd(x, w3, a3);
            x = Vector512.Create(x1[k]);
            b0 = Vector512.FusedMultiplyAdd(x, w0, b0);
            b1 = Vector512.FusedMultiplyAdd(x, w1, b1);
            b2 = Vector512.FusedMultiplyAdd(x, w2, b2);
            b3 = Vector512.FusedMultiplyAdd(x, w3, b3);
            x = Vector512.Create(x2[k]);
            c0 = Vector512.FusedMultiplyAdd(x, w0, c0);
            c1 = Vector512.FusedMultiplyAdd(x, w1, c1);
            c2 = Vector512.FusedMultiplyAdd(x, w2, c2);
            c3 = Vector512.FusedMultiplyAdd(x, w3, c3);
            x = Vector512.Create(x3[k]);
            d0 = Vector512.FusedMultiplyAdd(x, w0, d0);
            d1 = Vector512.FusedMultiplyAdd(x, w1, d1);
            d2 = Vector512.FusedMultiplyAdd(x, w2, d2);
            d3 = Vector512.FusedMultiplyAdd(x, w3, d3);
        }

        Store(a0, a1, a2, a3, projections[..PanelWidth]);
        Store(b0, b1, b2, b3, projections.Slice(PanelWidth, PanelWidth));
        Store(c0, c1, c2, c3, projections.Slice(2 * PanelWidth, PanelWidth));
        Store(d0, d1, d2, d3, projections.Slice(3 * PanelWidth, PanelWidth));
    }

    private static void Store(Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3, Span<float> target)
    {
        v0.CopyTo(target);
        v1.CopyTo(target[16..]);
        v2.CopyTo(target[32..]);
        v3.CopyTo(target[48..]);
    }

    private void Wave(ReadOnlySpan<float> projections, Span<float> cosines, Span<float> sines)
    {
        Vector512<float> scale = Vector512.Create(_scale);
        int i = 0;
        for (; i <= cosines.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512<float> sine, Vector512<float> cosine) = Vector512.SinCos(Vector512.Create(projections[i..]));
            (cosine * scale).CopyTo(cosines[i..]);
            (sine * scale).CopyTo(sines[i..]);
        }

        for (; i < cosines.Length; i++)
        {
            (float sine, float cosine) = MathF.SinCos(projections[i]);
            cosines[i] = cosine * _scale;
            sines[i] = sine * _scale;
        }
    }
}
