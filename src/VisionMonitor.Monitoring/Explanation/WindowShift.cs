using VisionMonitor.Metrics.Drift;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>
/// How far the window's mean embedding and image traits lie from the baseline's, or from the baseline under a corruption, in standard deviations within classes,
/// squared and without what chance adds. Corrupted images are compared with themselves as they were, so that which few images were tried hardly matters.
/// </summary>
internal sealed class WindowShift
{
    // A row may count this many times as much or as little: beyond it a handful of rows would speak for a whole class.
    private const double MostChange = 5;

    private readonly WithinGroupWhitening _embeddings;
    private readonly WithinGroupWhitening _traits;
    private readonly int[] _baselineGroups;
    private readonly double[] _baseline;
    private readonly Dictionary<int, double> _windowShares;
    private readonly double[] _windowMean;
    private readonly double _windowNoise;

    public WindowShift(GroupedEmbeddings baseline, GroupedEmbeddings window)
    {
        _embeddings = WithinGroupWhitening.Of(baseline.Set.Rows, baseline.Groups, baseline.Set.Dimension);
        _traits = WithinGroupWhitening.Of(baseline.Traits, baseline.Groups, ImageTraits.Count);
        (_baseline, _baselineGroups) = (Whitened(baseline), baseline.Groups);
        _windowShares = window.Groups.GroupBy(group => group).ToDictionary(group => group.Key, group => (double)group.Count() / window.Count);
        (_windowMean, _windowNoise) = Mean(Whitened(window), Even(window.Count), window.Groups);
        Clean = Of(Weights(_baselineGroups));
        Plain = Of(Even(_baselineGroups.Length));

        Measure Of(double[] weights)
        {
            (double[] mean, double noise) = Mean(_baseline, weights, _baselineGroups);
            return Measure.Of(_windowMean, mean, noise + _windowNoise);
        }
    }

    /// <summary>From the baseline with the window's mix of predicted classes.</summary>
    public Measure Clean { get; }

    /// <summary>From the baseline as it is.</summary>
    public Measure Plain { get; }

    /// <summary>From the baseline under a corruption.</summary>
    /// <param name="clean">Answers for the tried images as they are.</param>
    /// <param name="corrupted">Answers for the same images, in the same order, under the corruption.</param>
    /// <param name="isMixed">Whether the window's mix of predicted classes is taken.</param>
    public Measure After(GroupedEmbeddings clean, GroupedEmbeddings corrupted, bool isMixed = true)
    {
        double[] weights = isMixed ? Weights(corrupted.Groups) : Even(corrupted.Count), before = Whitened(clean), after = Whitened(corrupted);
        double[] moved = new double[after.Length];
        for (int index = 0; index < moved.Length; index++)
        {
            moved[index] = after[index] - before[index];
        }

        // The classes that the tried images really are of, weighed as they are here, give the mix of the whole baseline.
        Dictionary<int, double> mix = [];
        for (int image = 0; image < weights.Length; image++)
        {
            mix[clean.Groups[image]] = mix.GetValueOrDefault(clean.Groups[image]) + weights[image];
        }

        Dictionary<int, int> counts = _baselineGroups.CountBy(group => group).ToDictionary();
        double[] all = Array.ConvertAll(_baselineGroups, group => mix.GetValueOrDefault(group) / counts[group]);
        double total = all.Sum();
        (double[] start, double startNoise) = Mean(_baseline, total > 0 ? Array.ConvertAll(all, weight => weight / total) : Even(all.Length), _baselineGroups);
        (double[] step, double stepNoise) = Mean(moved, weights, clean.Groups);
        return Measure.Of(_windowMean, [.. start.Zip(step, (one, other) => one + other)], startNoise + stepNoise + _windowNoise);
    }

    private int Dimension => _embeddings.Dimension + _traits.Dimension;

    private double[] Whitened(GroupedEmbeddings images)
    {
        double[] embeddings = _embeddings.Apply(images.Set.Rows), traits = _traits.Apply(images.Traits), all = new double[images.Count * Dimension];
        for (int image = 0; image < images.Count; image++)
        {
            embeddings.AsSpan(image * _embeddings.Dimension, _embeddings.Dimension).CopyTo(all.AsSpan(image * Dimension));
            traits.AsSpan(image * _traits.Dimension, _traits.Dimension).CopyTo(all.AsSpan((image * Dimension) + _embeddings.Dimension));
        }

        return all;
    }

    private static double[] Even(int count) => [.. Enumerable.Repeat(1.0 / count, count)];

    // Half an image is added to each share, so that a class that few of the tried images show is not weighed by luck.
    private double[] Weights(int[] groups)
    {
        Dictionary<int, int> counts = groups.CountBy(group => group).ToDictionary();
        double[] weights = Array.ConvertAll(groups, group => Math.Clamp((_windowShares.GetValueOrDefault(group) + (0.5 / groups.Length)) * groups.Length / (counts[group] + 0.5), 1 / MostChange, MostChange));
        double total = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / total);
    }

    /// <summary>The weighted mean, and the squared length that chance gives it: Σ weight² · distance² to the mean of the group.</summary>
    private (double[] Mean, double Noise) Mean(double[] rows, double[] weights, int[] groups)
    {
        int dimension = Dimension;
        double[] mean = new double[dimension];
        Dictionary<int, (double[] Sum, int Count)> own = [];
        for (int row = 0; row < weights.Length; row++)
        {
            (double[] sum, int count) = own.TryGetValue(groups[row], out (double[], int) known) ? known : (new double[dimension], 0);
            for (int column = 0; column < dimension; column++)
            {
                double value = rows[(row * dimension) + column];
                mean[column] += weights[row] * value;
                sum[column] += value;
            }

            own[groups[row]] = (sum, count + 1);
        }

        double noise = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            (double[] sum, int count) = own[groups[row]];
            double square = 0;
            for (int column = 0; column < dimension; column++)
            {
                double gap = rows[(row * dimension) + column] - (sum[column] / count);
                square += gap * gap;
            }

            noise += weights[row] * weights[row] * square * (count > 1 ? count / (count - 1.0) : 1);
        }

        return (mean, noise);
    }

    /// <summary>A squared distance of two means.</summary>
    /// <param name="Value">Without what chance adds; near 0, also below, where there is no shift.</param>
    /// <param name="Noise">What chance adds.</param>
    internal readonly record struct Measure(double Value, double Noise)
    {
        public static Measure Of(double[] first, double[] second, double noise)
        {
            double square = 0;
            for (int index = 0; index < first.Length; index++)
            {
                square += (first[index] - second[index]) * (first[index] - second[index]);
            }

            return new Measure(square - noise, noise);
        }
    }
}
