using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// A drift check that keeps its false-alarm rate: the baseline is split many times into a window and the rest, and a real window
/// alarms only when it lies further from the baseline than such windows do.
/// </summary>
/// <remarks>
/// Statistics are compared after scaling with m·n / (m + n), because the null statistic is proportional to 1/m + 1/n: so a window that is
/// compared with the whole baseline, or is a little smaller than planned, meets the same limit. What one baseline cannot know is
/// how much the world varies without drift (hours, class mix): when there is a history of checks, centre their scores on it.
/// </remarks>
public sealed class DriftCalibration
{
    private const int LeastDrawsForTail = 1000;
    private readonly double[] _mean;
    private readonly double[] _null;
    private readonly double _centre;
    private readonly double _spread;

    private DriftCalibration(RandomFourierFeatures features, DriftCalibrationOptions options, int baselineCount, int windowSize, double[] mean, double[] sortedNull)
    {
        (Features, Options, BaselineCount, WindowSize, _mean, _null) = (features, options, baselineCount, windowSize, mean, sortedNull);
        double[] logs = Array.ConvertAll(sortedNull, Log);
        _centre = Quantile.OfSorted(logs, 0.5);
        _spread = 1.4826 * Quantile.Median(Array.ConvertAll(logs, l => Math.Abs(l - _centre)));
        if (!(_spread > 0))
        {
            throw new ArgumentException("The baseline does not vary: at least half of its windows are equally far from the rest.", nameof(baselineCount));
        }

        // A score above the k-th largest of B draws has a chance of k / (B + 1) when nothing changed.
        int rank = (int)Math.Floor(options.FalseAlarmRate * (sortedNull.Length + 1));
        Limit = ((rank > 0 ? logs[^rank] : Log(BeyondTheDraws(sortedNull, options.FalseAlarmRate))) - _centre) / _spread;
    }

    /// <summary>The features that sketches of this check must be made with.</summary>
    public RandomFourierFeatures Features { get; }

    /// <summary>How it was calibrated.</summary>
    public DriftCalibrationOptions Options { get; }

    /// <summary>Images in the baseline.</summary>
    public int BaselineCount { get; }

    /// <summary>The window size the draws had.</summary>
    public int WindowSize { get; }

    /// <summary>The score above which a check alarms.</summary>
    public double Limit { get; }

    /// <summary>Mean features of the baseline.</summary>
    public ReadOnlySpan<double> BaselineMean => _mean;

    /// <summary>Calibrates on a baseline.</summary>
    /// <param name="baseline">Images × dimension, row-major; finite, no row all zero; at least 20 images.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="windowSize">Images in a window, at least 2; draws take at most half of the baseline.</param>
    /// <param name="options">Rate, draws, features and seed.</param>
    /// <exception cref="ArgumentException">A row is NaN, infinite or all zero; the baseline is too small or does not vary; there are too few draws for the rate.</exception>
    public static DriftCalibration From(ReadOnlySpan<float> baseline, int dimension, int windowSize, DriftCalibrationOptions? options = null)
    {
        options ??= new DriftCalibrationOptions();
        int count = EmbeddingRows.CountNonZero(baseline, dimension, nameof(baseline));
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSize, 2);
        if (count < 20)
        {
            throw new ArgumentException($"A baseline of {count} images is too small to calibrate on; 20 are the least, some hundreds are good.", nameof(baseline));
        }

        if (!(options.FalseAlarmRate > 0 && options.FalseAlarmRate < 1))
        {
            throw new ArgumentException($"A false-alarm rate of {options.FalseAlarmRate} is none; it lies between 0 and 1.", nameof(options));
        }

        if (options.FalseAlarmRate * (options.Draws + 1) < 1 && options.Draws < LeastDrawsForTail)
        {
            throw new ArgumentException($"{options.Draws} draws cannot show a false-alarm rate of {options.FalseAlarmRate}; draw at least {LeastDrawsForTail}.", nameof(options));
        }

        double bandwidth = options.Bandwidth ?? MedianBandwidth.Within(baseline, dimension, 1000, SplitMix64.Derive(options.Seed, 0));
        var features = new RandomFourierFeatures(dimension, bandwidth, options.FeatureCount, SplitMix64.Derive(options.Seed, 1));
        float[] rows = new float[checked(count * options.FeatureCount)];
        features.Transform(baseline, rows);
        double[] sum = new double[options.FeatureCount];
        for (int r = 0; r < count; r++)
        {
            RandomFourierFeatures.AddRow(rows.AsSpan(r * options.FeatureCount, options.FeatureCount), sum);
        }

        double[] draws = DrawNull(rows, sum, count, Math.Min(windowSize, count / 2), options);
        double[] mean = Array.ConvertAll(sum, s => s / count);
        return new DriftCalibration(features, options, count, windowSize, mean, draws);
    }

    /// <summary>Checks a window of embeddings.</summary>
    /// <param name="window">Images × dimension, row-major; finite, no row all zero, at least one row.</param>
    /// <exception cref="ArgumentException">A row is NaN, infinite or all zero, or there is none.</exception>
    public DriftVerdict Check(ReadOnlySpan<float> window)
    {
        int count = EmbeddingRows.CountNonZero(window, Features.Dimension, nameof(window));
        if (count == 0)
        {
            throw new ArgumentException("There is no image in the window.", nameof(window));
        }

        double[] sum = new double[Features.FeatureCount];
        Features.AddTo(window, sum);
        return Check(sum, count);
    }

    /// <summary>Checks a sketch: the sum of <see cref="Features"/> over a window and its count. Sums of hours add up to the sum of a day.</summary>
    public DriftVerdict Check(ReadOnlySpan<double> featureSum, int windowCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowCount, 1);
        if (featureSum.Length != _mean.Length)
        {
            throw new ArgumentException($"A sketch of {featureSum.Length} features cannot be compared with a baseline of {_mean.Length}.", nameof(featureSum));
        }

        double statistic = 0;
        for (int i = 0; i < _mean.Length; i++)
        {
            double gap = (featureSum[i] / windowCount) - _mean[i];
            statistic += gap * gap;
        }

        double scaled = statistic * Scale(windowCount, BaselineCount);
        int below = Array.BinarySearch(_null, scaled);
        below = below < 0 ? ~below : below;
        while (below > 0 && _null[below - 1] == scaled)
        {
            below--;
        }

        return new DriftVerdict(statistic, (Log(scaled) - _centre) / _spread, Limit, (1.0 + _null.Length - below) / (_null.Length + 1), windowCount);
    }

    private static double[] DrawNull(float[] rows, double[] total, int count, int windowSize, DriftCalibrationOptions options)
    {
        int width = options.FeatureCount;
        ulong seed = SplitMix64.Derive(options.Seed, 2);
        int[] order = [.. Enumerable.Range(0, count)];
        double[] draws = new double[options.Draws], sum = new double[width];
        for (int d = 0; d < draws.Length; d++)
        {
            SplitMix64.Shuffle(seed, (ulong)d * (ulong)windowSize, order, windowSize);
            Array.Clear(sum);
            for (int i = 0; i < windowSize; i++)
            {
                RandomFourierFeatures.AddRow(rows.AsSpan(order[i] * width, width), sum);
            }

            double statistic = 0;
            for (int f = 0; f < width; f++)
            {
                double gap = (sum[f] / windowSize) - ((total[f] - sum[f]) / (count - windowSize));
                statistic += gap * gap;
            }

            draws[d] = statistic * Scale(windowSize, count - windowSize);
        }

        Array.Sort(draws);
        return draws;
    }

    /// <summary>
    /// The statistic that a rarer chance than the draws can show belongs to. A squared discrepancy is a weighted sum of squared normals, whose
    /// tail falls exponentially: its rate is taken from the largest twentieth of the draws, at the careful end of its 95 % interval.
    /// </summary>
    private static double BeyondTheDraws(double[] sorted, double rate)
    {
        int count = sorted.Length / 20;
        double from = sorted[^(count + 1)];
        double excess = sorted.AsSpan(sorted.Length - count).ToArray().Average(value => value - from) * (1 + (1.645 / Math.Sqrt(count)));
        return Math.Max(sorted[^1], from + (excess * Math.Log((double)count / sorted.Length / rate)));
    }

    private static double Scale(double m, double n) => m * n / (m + n);

    /// <summary>A window equal to the baseline has statistic 0; the floor keeps its score finite.</summary>
    private static double Log(double scaled) => Math.Log(Math.Max(scaled, 1e-12));
}
