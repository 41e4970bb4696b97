namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>What a baseline's images look like in each predicted class: the means that windows are measured from, so that a changed class mix is no changed appearance.</summary>
public sealed class DriftReference
{
    /// <summary>A class is given this many images of the baseline's overall mean, so that the mean of three images is not taken at its word.</summary>
    private const double Borrowed = 5;

    private readonly DriftLayout _layout;
    private readonly double[][] _means;
    private readonly double[] _counts;
    private readonly double[] _shares;

    private DriftReference(DriftLayout layout, double[][] means, double[] counts, double[] shares, double[][] variances) =>
        (_layout, _means, _counts, _shares, ImageVariances) = (layout, means, counts, shares, variances);

    /// <summary>Numbers in a row.</summary>
    internal int RowLength => _layout.RowLength;

    /// <summary>Classes that there could be.</summary>
    internal int ClassCount => _shares.Length;

    /// <summary>For every channel the variance of one image's features around its class's mean; empty for a channel that is not measured.</summary>
    public IReadOnlyList<double[]> ImageVariances { get; }

    /// <summary>Learns from a baseline's rows.</summary>
    /// <param name="layout">Of the rows.</param>
    /// <param name="rows">Images × row length, see <see cref="DriftFeatures.Rows"/>.</param>
    /// <param name="classes">Predicted class of each image, 0 ≤ class &lt; <paramref name="classCount"/>.</param>
    /// <param name="classCount">Classes, at least 1.</param>
    public static DriftReference From(DriftLayout layout, ReadOnlySpan<float> rows, ReadOnlySpan<int> classes, int classCount)
    {
        int width = layout.RowLength;
        if (classes.Length == 0 || rows.Length != classes.Length * width)
        {
            throw new ArgumentException($"{classes.Length} images have {classes.Length} rows of {width}, not {rows.Length} numbers.", nameof(rows));
        }

        double[] whole = new double[width], counts = new double[classCount], squares = new double[width];
        double[][] means = [.. Enumerable.Range(0, classCount).Select(_ => new double[width])];
        for (int i = 0; i < classes.Length; i++)
        {
            RandomFourierFeatures.AddRow(rows.Slice(i * width, width), means[classes[i]]);
            counts[classes[i]]++;
        }

        foreach (double[] sum in means)
        {
            SymmetricEigen.AddScaled(sum, 1.0 / classes.Length, whole);
        }

        for (int c = 0; c < classCount; c++)
        {
            for (int j = 0; j < width; j++)
            {
                means[c][j] = (means[c][j] + (Borrowed * whole[j])) / (counts[c] + Borrowed);
            }
        }

        for (int i = 0; i < classes.Length; i++)
        {
            for (int j = 0; j < width; j++)
            {
                double gap = rows[(i * width) + j] - means[classes[i]][j];
                squares[j] += gap * gap / classes.Length;
            }
        }

        double images = classes.Length;
        double[] shares = Array.ConvertAll(counts, count => (count + (1.0 / classCount)) / (images + 1));
        double[][] variances = [.. Enum.GetValues<DriftChannel>().Select(channel => channel == DriftChannel.ClassMix
            ? classCount > 1 ? Array.ConvertAll(shares, share => share * (1 - share)) : []
            : squares[layout.Of(channel)])];
        return new DriftReference(layout, means, counts, shares, variances);
    }

    /// <summary>A window from the sums of its images.</summary>
    /// <param name="hour">See <see cref="DriftWindow.Hour"/>.</param>
    /// <param name="counts">Images of each predicted class, not all 0.</param>
    /// <param name="sum">Sum of the rows of all images.</param>
    public DriftWindow Window(long hour, ReadOnlySpan<double> counts, ReadOnlySpan<double> sum)
    {
        double[] rest = sum.ToArray();
        double count = 0;
        for (int c = 0; c < counts.Length; c++)
        {
            SymmetricEigen.AddScaled(_means[c], -counts[c], rest);
            count += counts[c];
        }

        return Window(hour, counts, count, rest);
    }

    /// <summary>What the means of their classes do not explain of images.</summary>
    internal float[] Residuals(ReadOnlySpan<float> rows, ReadOnlySpan<int> classes)
    {
        float[] residuals = rows.ToArray();
        for (int at = 0; at < residuals.Length; at++)
        {
            residuals[at] -= (float)_means[classes[at / _layout.RowLength]][at % _layout.RowLength];
        }

        return residuals;
    }

    /// <summary>The same window, held against what the baseline shows at its hours.</summary>
    internal DriftWindow AtItsHours(DriftWindow window, DailyCycle cycle, ReadOnlySpan<double> hours)
    {
        double[] sum = new double[_layout.RowLength];
        foreach (DriftChannel channel in Measured(window))
        {
            window.Sums[(int)channel].CopyTo(sum.AsSpan(_layout.Of(channel)));
        }

        cycle.TakeOff(hours, sum);
        double[][] sums = [.. window.Sums];
        foreach (DriftChannel channel in Measured(window))
        {
            sums[(int)channel] = sum[_layout.Of(channel)];
        }

        return window with { Sums = sums };
    }

    /// <summary>How many images of each class a window holds.</summary>
    internal double[] CountsOf(DriftWindow window)
    {
        double[] counts = [.. window.Sums[(int)DriftChannel.ClassMix]];
        for (int index = 0; index < counts.Length; index++)
        {
            counts[index] = Math.Round(counts[index] + (window.Count * _shares[index]));
        }

        return counts;
    }

    private static IEnumerable<DriftChannel> Measured(DriftWindow window) => Enum.GetValues<DriftChannel>().Where(channel => channel != DriftChannel.ClassMix && window.Sums[(int)channel].Length > 0);

    private DriftWindow Window(long hour, ReadOnlySpan<double> counts, double count, double[] rest)
    {
        double[][] sums = new double[ImageVariances.Count][];
        foreach (DriftChannel channel in Enum.GetValues<DriftChannel>())
        {
            sums[(int)channel] = ImageVariances[(int)channel].Length == 0 ? [] : channel == DriftChannel.ClassMix ? Mix(counts, count) : rest[_layout.Of(channel)];
        }

        return new DriftWindow(hour, count, sums);
    }

    private double[] Mix(ReadOnlySpan<double> counts, double count)
    {
        double[] mix = new double[counts.Length];
        for (int c = 0; c < mix.Length; c++)
        {
            mix[c] = counts[c] - (count * _shares[c]);
        }

        return mix;
    }

    /// <summary>Windows of the baseline's own images, measured from the images that they do not hold. For one thread.</summary>
    internal sealed class HeldOut
    {
        private readonly DriftReference _reference;
        private readonly double[] _total;
        private readonly double[][] _sums;
        private readonly double[] _counts;

        public HeldOut(DriftReference reference)
        {
            _reference = reference;
            _sums = [.. reference._means.Select(mean => new double[mean.Length])];
            _counts = new double[reference._counts.Length];
            _total = new double[reference._layout.RowLength];

            // The borrowed means weigh the same in every class: what is left of all of them are the images, and as many times the overall mean as there are classes.
            double images = reference._counts.Sum(), weight = images + (Borrowed * reference._counts.Length);
            for (int c = 0; c < reference._counts.Length; c++)
            {
                SymmetricEigen.AddScaled(reference._means[c], (reference._counts[c] + Borrowed) * images / weight, _total);
            }
        }

        /// <summary>A window of some of the images that the reference was learnt from.</summary>
        /// <param name="rows">All of the images' rows.</param>
        /// <param name="classes">All of their classes.</param>
        /// <param name="held">Indices of the window's images: not all.</param>
        /// <param name="cycle">What the hour of the day changes.</param>
        /// <param name="residuals">All of the images' residuals, see <see cref="Residuals"/>.</param>
        public DriftWindow Window(ReadOnlySpan<float> rows, ReadOnlySpan<int> classes, ReadOnlySpan<int> held, DailyCycle cycle, ReadOnlySpan<float> residuals)
        {
            int width = _total.Length;
            double images = classes.Length;
            double[] sum = new double[width];
            foreach (int image in held)
            {
                if (_counts[classes[image]]++ == 0)
                {
                    Array.Clear(_sums[classes[image]]);
                }

                RandomFourierFeatures.AddRow(rows.Slice(image * width, width), _sums[classes[image]]);
                RandomFourierFeatures.AddRow(rows.Slice(image * width, width), sum);
            }

            double[] rest = [.. sum];
            for (int c = 0; c < _counts.Length; c++)
            {
                double own = _counts[c], left = _reference._counts[c] - own + Borrowed;
                for (int j = 0; j < width && own > 0; j++)
                {
                    double all = (_reference._means[c][j] * (_reference._counts[c] + Borrowed)) - (Borrowed * _total[j] / images);
                    rest[j] -= own * (all - _sums[c][j] + (Borrowed * (_total[j] - sum[j]) / (images - held.Length))) / left;
                }
            }

            cycle.TakeOffHeldOut(residuals, held, rest);
            DriftWindow window = _reference.Window(0, _counts, held.Length, rest);
            Array.Clear(_counts);
            return window;
        }
    }
}
