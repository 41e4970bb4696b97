using System.Buffers;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Distances of the two sides in every dimension of an embedding, and Kolmogorov and Smirnov's p-values corrected for their number.</summary>
/// <param name="KolmogorovSmirnov">The statistic of each dimension, 0 to 1.</param>
/// <param name="PValues">Its asymptotic p-value, as scipy's ks_2samp gives it.</param>
/// <param name="Wasserstein">Wasserstein-1 of each dimension.</param>
public sealed record DimensionTests(double[] KolmogorovSmirnov, double[] PValues, double[] Wasserstein)
{
    private Lazy<double[]> _stability = new();

    /// <summary>PSI of each dimension over the baseline's deciles; computed when first asked for.</summary>
    public double[] PopulationStability => _stability.Value;

    /// <summary>The smallest p-value times the number of dimensions, at most 1.</summary>
    public double BonferroniP => Math.Min(1, PValues.Min() * PValues.Length);

    /// <summary>p-values after Benjamini and Hochberg.</summary>
    public double[] AdjustedPValues => MultipleTesting.BenjaminiHochberg(PValues);

    /// <summary>Compares two sets of embeddings.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="degreeOfParallelism">Threads; the result does not depend on it.</param>
    public static DimensionTests Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, int degreeOfParallelism = 1) =>
        Of(SortedColumns(baseline, dimension, degreeOfParallelism), window, dimension, degreeOfParallelism);

    /// <summary>The values of each dimension, ascending: a baseline is sorted once and compared many times.</summary>
    /// <param name="rows">Rows × dimension, row-major, finite, at least one row.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="degreeOfParallelism">Threads; the result does not depend on it.</param>
    public static float[][] SortedColumns(ReadOnlySpan<float> rows, int dimension, int degreeOfParallelism = 1)
    {
        int count = EmbeddingRows.Count(rows, dimension, nameof(rows));
        if (count == 0)
        {
            throw new ArgumentException("A distance needs a row on both sides.", nameof(rows));
        }

        float[] turned = ArrayPool<float>.Shared.Rent(rows.Length);
        MatrixProduct.Transpose(rows, count, dimension, turned);
        float[][] columns = new float[dimension][];
        Parallel.For(0, dimension, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, () => new float[count], (d, _, spare) =>
        {
            columns[d] = turned[(d * count)..((d + 1) * count)];
            FloatSort.Ascending(columns[d], spare);
            return spare;
        }, _ => { });
        ArrayPool<float>.Shared.Return(turned);
        return columns;
    }

    /// <summary>Compares a window with a baseline that is sorted already.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int)"/>
    public static DimensionTests Of(float[][] baseline, ReadOnlySpan<float> window, int dimension, int degreeOfParallelism = 1)
    {
        float[][] other = SortedColumns(window, dimension, degreeOfParallelism);
        if (baseline.Length != dimension)
        {
            throw new ArgumentException($"A baseline of {baseline.Length} dimensions cannot be compared with a window of {dimension}.", nameof(baseline));
        }

        double m = baseline[0].Length, n = other[0].Length;
        int count = Math.Max(1, (int)Math.Round(m * n / (m + n)));
        double[] largest = new double[dimension], p = new double[dimension], area = new double[dimension];
        QuantileSteps steps = new(baseline[0].Length, other[0].Length);
        Parallel.For(0, dimension, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, d =>
        {
            (largest[d], area[d]) = (SortedSamples.LargestGap(baseline[d], other[d]), steps.Area(baseline[d], other[d]));
            p[d] = KolmogorovDistribution.Above(largest[d], count);
        });
        return new DimensionTests(largest, p, area)
        {
            _stability = new Lazy<double[]>(() => [.. baseline.Zip(other, (x, y) => Univariate.StabilityOfSorted(Array.ConvertAll(x, v => (double)v), Array.ConvertAll(y, v => (double)v), 1e-4))]),
        };
    }
}
