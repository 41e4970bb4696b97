using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// How far the shares of predicted classes lie from a baseline's (χ²). Classes that the baseline hardly knows, or has never seen, count as one, whose share is at least what
/// may be missed in so many images; and shares move from window to window without any drift, which one baseline cannot show: as if they had been counted on
/// <see cref="ImagesPerClass"/> images per class.
/// </summary>
internal sealed class CommonClasses
{
    /// <summary>The share of a class varies between windows as if it were counted on this many images per class, on top of chance.</summary>
    public const double ImagesPerClass = 20;

    private const int LeastImages = 5;

    // Images that speak for the whole day's shares where few were taken in a part of it.
    private const double WholeDay = 100;

    private readonly int[] _binOf;
    private readonly double[] _shares;
    private readonly double _images;

    /// <summary>Learns.</summary>
    /// <param name="classes">Predicted class of each image of the baseline.</param>
    /// <param name="classCount">Classes that there could be.</param>
    public CommonClasses(ReadOnlySpan<int> classes, int classCount)
    {
        double[] counts = new double[classCount];
        foreach (int one in classes)
        {
            counts[one]++;
        }

        int common = 0;
        _binOf = Array.ConvertAll(counts, count => count >= LeastImages ? ++common : 0);
        _shares = new double[common + 1];
        for (int index = 0; index < classCount; index++)
        {
            _shares[_binOf[index]] += counts[index];
        }

        // What did not occur in n images has a share of at most 3 / n (95 %).
        _shares[0] = Math.Max(_shares[0], 3);
        double total = _shares.Sum();
        _shares = Array.ConvertAll(_shares, count => count / total);
        _images = ImagesPerClass / _shares.Sum(share => share * share);
    }

    /// <summary>The scaled distance of a window.</summary>
    /// <param name="counts">Images of each class.</param>
    /// <param name="m">Images of the window.</param>
    /// <param name="n">Images of the baseline.</param>
    public double Distance(ReadOnlySpan<double> counts, double m, double n)
    {
        double[] binned = new double[_shares.Length];
        for (int index = 0; index < counts.Length; index++)
        {
            binned[_binOf[index]] += counts[index];
        }

        return DistanceOf(binned, m, n);
    }

    /// <summary>The scaled distance of a window whose shares are those of a part of the day, moved as they move in life.</summary>
    /// <param name="nearby">Classes of the baseline's images of that part of the day.</param>
    /// <param name="m">Images of the window.</param>
    /// <param name="seed">Decides the draw.</param>
    public double Draw(ReadOnlySpan<int> nearby, int m, ulong seed)
    {
        double[] moved = Array.ConvertAll(_shares, share => WholeDay * share), counts = new double[_shares.Length];
        foreach (int one in nearby)
        {
            moved[_binOf[one]]++;
        }

        double total = 0;
        for (int bin = 0; bin < moved.Length; bin++)
        {
            // A gamma of many images is nearly normal; one of few is cut off at 0.
            double expected = _images * moved[bin] / (WholeDay + nearby.Length);
            total += moved[bin] = Math.Max(0, expected + (Math.Sqrt(expected) * SplitMix64.Normal(seed, (ulong)bin)));
        }

        ulong picks = SplitMix64.Derive(seed, 1);
        for (int image = 0; image < m; image++)
        {
            double at = SplitMix64.Uniform(picks, (ulong)image) * total;
            int bin = 0;
            while (bin < moved.Length - 1 && at >= moved[bin])
            {
                at -= moved[bin++];
            }

            counts[bin]++;
        }

        return DistanceOf(counts, m, double.PositiveInfinity);
    }

    private double DistanceOf(double[] counts, double m, double n)
    {
        double distance = 0;
        for (int bin = 0; bin < counts.Length; bin++)
        {
            double gap = (counts[bin] / m) - _shares[bin];
            distance += gap * gap / (_shares[bin] * (1 - _shares[bin]));
        }

        return distance / ((1 / m) + (1 / n) + (1 / _images));
    }
}
