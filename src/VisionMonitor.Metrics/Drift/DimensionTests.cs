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

        float[] turned = MatrixProduct.Transpose(rows, count, dimension);
        float[][] columns = new float[dimension][];
        for (int d = 0; d < dimension; d++)
        {
            columns[d] = turned[(d * count)..((d + 1) * count)];
        }

        Parallel.ForEach(columns, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, FloatSort.Ascending);

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
        Parallel.For(0, dimension, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, d =>
        {
            (largest[d], area[d]) = Gaps(baseline[d], other[d]);
            p[d] = KolmogorovDistribution.Above(largest[d], count);
        });
        return new DimensionTests(largest, p, area)
        {
            _stability = new Lazy<double[]>(() => [.. baseline.Zip(other, (x, y) => Univariate.StabilityOfSorted(Array.ConvertAll(x, v => (double)v), Array.ConvertAll(y, v => (double)v), 1e-4))]),
        };
    }

    /// <summary>Walks both sorted columns without a branch that could be guessed wrong; heights are counted in whole steps of 1 / (m·n).</summary>
    private static (double Largest, double Area) Gaps(float[] x, float[] y)
    {
        double area = 0, m = x.Length, n = y.Length;
        long largest = 0, height = 0;
        float before = Math.Min(x[0], y[0]);
        for (int i = 0, j = 0; i < x.Length || j < y.Length;)
        {
            float a = i < x.Length ? x[i] : float.PositiveInfinity, b = j < y.Length ? y[j] : float.PositiveInfinity, value = a < b ? a : b;
            long gap = Math.Abs(height);

            // Between equal values the height is not yet that of the distribution functions.
            largest = value > before ? Math.Max(largest, gap) : largest;
            area += ((double)value - before) * gap;
            before = value;
            int ofX = a <= b ? 1 : 0, ofY = b <= a ? 1 : 0;
            height += (ofX * (long)y.Length) - (ofY * (long)x.Length);
            (i, j) = (i + ofX, j + ofY);
        }

        return (largest / (m * n), area / (m * n));
    }
}
