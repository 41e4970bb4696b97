using System.Globalization;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Colours that fade (below 1; 0 is grey) or glare (above 1).</summary>
public sealed class Saturation : ICorruption
{
    /// <inheritdoc/>
    public string Id => "saturation";

    /// <inheritdoc/>
    public string Name => "Saturation";

    /// <inheritdoc/>
    public double Neutral => 1;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [0, 0.3, 0.6, 1.5, 2.2];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"× {strength:0.0#}");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with random saturation from × {Math.Min(1, strength * 0.8):0.0#} to × {Math.Max(1, strength * 1.2):0.0#}.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        DecodedImage changed = new(image.Width, image.Height);
        ReadOnlySpan<byte> from = image.Rgb;
        Span<byte> to = changed.Pixels;
        for (int at = 0; at < from.Length; at += 3)
        {
            double luma = (0.299 * from[at]) + (0.587 * from[at + 1]) + (0.114 * from[at + 2]);
            for (int channel = at; channel < at + 3; channel++)
            {
                to[channel] = (byte)Math.Clamp(luma + (strength * (from[channel] - luma)) + 0.5, 0, 255);
            }
        }

        return changed;
    }
}
