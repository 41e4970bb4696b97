using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>A baseline and a window, with everything that measures of them share, computed when first asked for.</summary>
public sealed class DriftComparison
{
    /// <summary>Rows above this are too many for all pairwise distances that the median heuristic sorts; that many are drawn.</summary>
    private const int MedianRows = 4000;

    private readonly float[] _baseline;
    private readonly float[] _window;
    private readonly int _dimension;
    private readonly DriftComparisonOptions _options;
    private readonly Lazy<double> _bandwidth;
    private readonly Lazy<PermutationTest> _gaussian;
    private readonly Lazy<PermutationTest> _energy;
    private readonly Lazy<PermutationTest> _cubic;
    private readonly Lazy<PermutationTest> _wide;
    private readonly Lazy<DimensionTests> _dimensions;
    private readonly Lazy<DomainClassifier?> _classifier;
    private readonly Lazy<DriftReading> _randomFourier;

    /// <summary>Two sets of embeddings of one dimension.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least 2 rows; kept, not copied.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least one row; kept, not copied.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="options">Bandwidth, permutations, seed and threads.</param>
    /// <exception cref="ArgumentException">A number is not finite, a row is cut off, or a side has too few rows.</exception>
    public DriftComparison(float[] baseline, float[] window, int dimension, DriftComparisonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(window);
        (BaselineCount, WindowCount) = (EmbeddingRows.Count(baseline, dimension, nameof(baseline)), EmbeddingRows.Count(window, dimension, nameof(window)));
        if (BaselineCount < 2 || WindowCount < 1)
        {
            throw new ArgumentException($"A comparison needs at least 2 rows in the baseline and one in the window, not {BaselineCount} and {WindowCount}.", nameof(baseline));
        }

        (_baseline, _window, _dimension, _options) = (baseline, window, dimension, options ?? new DriftComparisonOptions());
        _bandwidth = new(() => _options.Bandwidth ?? MedianBandwidth.Within(_baseline, _dimension, MedianRows, _options.Seed));
        _gaussian = new(() => Test(PairKernel.Gaussian(Bandwidth)));
        _energy = new(() => Exactly(Test(PairKernel.Energy)));
        _cubic = new(() => Test(PairKernel.Cubic(_dimension)));
        _wide = new(() => Test(PairKernel.Gaussian(10)));
        _dimensions = new(() => DimensionTests.Of(_baseline, _window, _dimension, _options.DegreeOfParallelism));
        _classifier = new(() => Math.Min(BaselineCount, WindowCount) < 5 ? null : DomainClassifier.Of(_baseline, _window, _dimension, _options.DegreeOfParallelism));
        _randomFourier = new(MeasureRandomFourier);
    }

    /// <summary>Rows of the baseline.</summary>
    public int BaselineCount { get; }

    /// <summary>Rows of the window.</summary>
    public int WindowCount { get; }

    /// <summary>σ: the given one, or alibi-detect's median heuristic on the baseline, of at most 4,000 rows of it.</summary>
    public double Bandwidth => _bandwidth.Value;

    /// <summary>MMD² with <see cref="Bandwidth"/>.</summary>
    public PermutationTest Gaussian => _gaussian.Value;

    /// <summary>Energy distance.</summary>
    public PermutationTest Energy => _energy.Value;

    /// <summary>KID.</summary>
    public PermutationTest Cubic => _cubic.Value;

    /// <summary>MMD² with σ 10.</summary>
    public PermutationTest Wide => _wide.Value;

    /// <summary>Dimension by dimension.</summary>
    public DimensionTests Dimensions => _dimensions.Value;

    /// <summary>Null with fewer than 5 rows on a side.</summary>
    public DomainClassifier? Classifier => _classifier.Value;

    /// <summary>Fréchet distance; null for a window of one row.</summary>
    public double? Frechet => WindowCount < 2 ? null : FrechetDistance.From(_baseline, _dimension).To(_window);

    /// <summary>Mean PCA reconstruction error of the window.</summary>
    public double Reconstruction => PcaReconstruction.From(_baseline, _dimension).Errors(_window).Average();

    /// <summary>‖mean φ − mean φ‖² with D = 1024, and its permutation p.</summary>
    public DriftReading RandomFourier => _randomFourier.Value;

    private PermutationTest Test(PairKernel kernel) => PermutationTest.Of(_baseline, _window, _dimension, kernel, _options.Permutations, _options.Seed, _options.DegreeOfParallelism);

    /// <summary>The root of a distance of equal rows is 1e-8 in tiles; sets that are small enough are summed once more from differences, exactly.</summary>
    private PermutationTest Exactly(PermutationTest test)
    {
        double rows = (double)BaselineCount + WindowCount;
        if (rows * rows * _dimension > 2e9)
        {
            return test;
        }

        EnergyDistance exact = EnergyDistance.Of(_baseline, _window, _dimension);
        return test with { Biased = exact.Biased, Unbiased = exact.Unbiased };
    }

    private DriftReading MeasureRandomFourier()
    {
        RandomFourierFeatures features = new(_dimension, Bandwidth, 1024, _options.Seed);
        double[] baseline = features.Mean(_baseline), window = features.Mean(_window);
        double value = RandomFourierFeatures.Discrepancy(baseline, window);
        if (_options.Permutations == 0)
        {
            return new DriftReading(value);
        }

        // A dealing changes only the sum over its window; the sum over everything stays.
        int count = BaselineCount + WindowCount, width = features.FeatureCount;
        double[] total = [.. baseline.Zip(window, (b, w) => (b * BaselineCount) + (w * WindowCount))];
        int[] order = [.. Enumerable.Range(0, count)];
        int[][] drawn = new int[_options.Permutations][];
        for (int p = 0; p < drawn.Length; p++)
        {
            SplitMix64.Shuffle(SplitMix64.Derive(_options.Seed, (ulong)p), 0, order, WindowCount);
            drawn[p] = order[..WindowCount];
        }

        double[][] sums = [.. drawn.Select(_ => new double[width])];
        List<int>[] dealings = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
        for (int p = 0; p < drawn.Length; p++)
        {
            Array.ForEach(drawn[p], row => dealings[row].Add(p));
        }

        float[] one = new float[width];
        for (int row = 0; row < count; row++)
        {
            if (dealings[row].Count > 0)
            {
                features.Transform(row < BaselineCount ? _baseline.AsSpan(row * _dimension, _dimension) : _window.AsSpan((row - BaselineCount) * _dimension, _dimension), one);
                dealings[row].ForEach(p => RandomFourierFeatures.AddRow(one, sums[p]));
            }
        }

        int reached = sums.Count(sum => Squared(sum, total) >= value * (1 - 1e-9));
        return new DriftReading(value, (1.0 + reached) / (sums.Length + 1));
    }

    private double Squared(double[] sum, double[] total)
    {
        double squared = 0;
        for (int f = 0; f < sum.Length; f++)
        {
            double gap = (sum[f] / WindowCount) - ((total[f] - sum[f]) / BaselineCount);
            squared += gap * gap;
        }

        return squared;
    }
}

/// <summary>How two sets of embeddings are compared.</summary>
public sealed record DriftComparisonOptions
{
    /// <summary>σ of the Gaussian kernel; the median heuristic when null.</summary>
    public double? Bandwidth { get; init; }

    /// <summary>Permutations behind p-values; 0 for none.</summary>
    public int Permutations { get; init; } = 100;

    /// <summary>Seed of permutations and frequencies.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; no number depends on it.</summary>
    public int DegreeOfParallelism { get; init; } = 1;
}
