namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// How far a residual lies from 0 in the measure of history: a component's variance is a + b / n, with b from the images of the baseline and a, what windows
/// vary beyond that, from history. Up to 64 components are whitened together, more are only summed.
/// </summary>
internal sealed class ChannelScale
{
    private const int WhitenedAtMost = 64;
    private readonly double[] _between;
    private readonly double[] _within;
    private readonly double[]? _inverse;

    private ChannelScale(double[] between, double[] within, double[]? inverse) => (_between, _within, _inverse) = (between, within, inverse);

    /// <summary>Whether its components are whitened together.</summary>
    public bool IsWhitened => _inverse is not null;

    /// <summary>Fits on residual sums of windows without drift.</summary>
    /// <param name="residuals">Sums of each window, see <see cref="SeasonalMean.Residual"/>.</param>
    /// <param name="counts">Images of each.</param>
    /// <param name="imageVariances">b of each component.</param>
    public static ChannelScale Fit(IReadOnlyList<double[]> residuals, IReadOnlyList<double> counts, double[] imageVariances)
    {
        int width = imageVariances.Length;
        double[] between = new double[width];
        for (int t = 0; t < residuals.Count; t++)
        {
            double n = counts[t];
            for (int j = 0; j < width; j++)
            {
                double mean = residuals[t][j] / n;
                between[j] += ((mean * mean) - (imageVariances[j] / n)) / residuals.Count;
            }
        }

        for (int j = 0; j < width; j++)
        {
            between[j] = Math.Max(0, between[j]);
        }

        ChannelScale bare = new(between, imageVariances, null);
        if (width is < 2 or > WhitenedAtMost || residuals.Count < 2 * width)
        {
            return bare;
        }

        double[] correlation = new double[width * width], standard = new double[width];
        for (int t = 0; t < residuals.Count; t++)
        {
            bare.Standardize(residuals[t], counts[t], standard);
            for (int j = 0; j < width; j++)
            {
                SymmetricEigen.AddScaled(standard, standard[j] / residuals.Count, correlation.AsSpan(j * width, width));
            }
        }

        // Shrunk towards independence, the more the fewer windows there are; shares that sum to 1 stay invertible by it.
        double keep = residuals.Count / (residuals.Count + (2.0 * width));
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
            {
                correlation[(i * width) + j] = (keep * correlation[(i * width) + j]) + (i == j ? 1 - keep : 0);
            }
        }

        return new ChannelScale(between, imageVariances, SmallMatrix.Inverse(correlation, width));
    }

    /// <summary>The distance, about 1 without drift: the cube root of the mean squared component, which is nearly normal (Wilson and Hilferty).</summary>
    public double Distance(ReadOnlySpan<double> residual, double count)
    {
        if (residual.Length > WhitenedAtMost)
        {
            double square = 0, expected = 0;
            for (int j = 0; j < residual.Length; j++)
            {
                square += residual[j] * residual[j];
                expected += _between[j] + (_within[j] / count);
            }

            return Math.Cbrt(square / (count * count) / Math.Max(expected, 1e-300));
        }

        Span<double> standard = stackalloc double[residual.Length];
        Standardize(residual, count, standard);
        double sum = _inverse is null ? SymmetricEigen.Dot(standard, standard) : SmallMatrix.Quadratic(standard, _inverse);
        return Math.Cbrt(sum / residual.Length);
    }

    private void Standardize(ReadOnlySpan<double> residual, double count, Span<double> standard)
    {
        for (int j = 0; j < residual.Length; j++)
        {
            double variance = _between[j] + (_within[j] / count);
            standard[j] = variance > 0 ? residual[j] / count / Math.Sqrt(variance) : 0;
        }
    }
}
