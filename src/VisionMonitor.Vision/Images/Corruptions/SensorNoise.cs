using System.Globalization;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>A sensor with too much gain: normal noise on every channel, its standard deviation in grey levels of 255.</summary>
public sealed class SensorNoise : ICorruption
{
    private const int TileBits = 16;
    private static readonly float[] _tile = [.. Enumerable.Range(0, 1 << TileBits).Select(index => (float)SplitMix64.Normal(7, (ulong)index))];

    /// <inheritdoc/>
    public string Id => "noise";

    /// <inheritdoc/>
    public string Name => "Sensor noise";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [5, 9, 16, 27, 45];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public int Stage => 1;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"σ {strength:0.#} grey levels");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with normal noise of random σ from 0 to {1.5 * strength:0} grey levels.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        DecodedImage noisy = new(image.Width, image.Height);
        ReadOnlySpan<byte> from = image.Rgb;
        Span<byte> to = noisy.Pixels;

        // Each row starts elsewhere in a table of deviates: a normal deviate for each pixel would cost more than the model.
        for (int y = 0, rowLength = image.Width * 3; y < image.Height; y++)
        {
            int at = SplitMix64.Index(seed, (ulong)y, _tile.Length);
            for (int index = y * rowLength; index < (y + 1) * rowLength; index++)
            {
                to[index] = (byte)Math.Clamp(from[index] + (strength * _tile[at++ & (_tile.Length - 1)]) + 0.5, 0, 255);
            }
        }

        return noisy;
    }
}
