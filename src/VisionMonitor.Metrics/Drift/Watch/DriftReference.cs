namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>What a baseline's images look like in each predicted class: the means that windows are measured from, so that a changed class mix is no changed appearance.</summary>
public sealed class DriftReference
{
    /// <summary>A class is given this many images of the baseline's overall mean, so that the mean of three images is not taken at its word.</summary>
    private const double Borrowed = 5;

    private readonly DriftLayout _layout;
    private readonly double[][] _means;
    private readonly double[] _shares;

    private DriftReference(DriftLayout layout, double[][] means, double[] shares, double[][] variances) => (_layout, _means, _shares, ImageVariances) = (layout, means, shares, variances);

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
        return new DriftReference(layout, means, shares, variances);
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
}
