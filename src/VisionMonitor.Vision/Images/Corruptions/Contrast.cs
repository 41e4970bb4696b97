using System.Globalization;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Levels that move towards the image's mean luma (below 1) or away from it (above 1).</summary>
public sealed class Contrast : ICorruption
{
    /// <inheritdoc/>
    public string Id => "contrast";

    /// <inheritdoc/>
    public string Name => "Contrast";

    /// <inheritdoc/>
    public double Neutral => 1;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [0.25, 0.4, 0.55, 0.75, 1.35, 1.8];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"× {strength:0.0#}");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with random contrast from × {Math.Min(1, strength * 0.8):0.0#} to × {Math.Max(1, strength * 1.2):0.0#}.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        double mean = ImageProperties.Measure(image).Brightness * 255;
        byte[] table = ToneTables.Of(level => mean + (strength * (level - mean)));
        return ToneTables.Apply(image, table, table, table);
    }
}
