using System.Globalization;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Fog, or grease on the lens: a share of a light grey veil over everything, 0 to 1.</summary>
public sealed class Haze : ICorruption
{
    private const double Veil = 210;

    /// <inheritdoc/>
    public string Id => "haze";

    /// <inheritdoc/>
    public string Name => "Haze";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [0.12, 0.22, 0.35, 0.5, 0.7];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"{100 * strength:0} %");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with a light grey veil of random share from 0 to {Math.Min(0.9, 1.4 * strength):0.0#}.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        double share = Math.Min(1, strength);
        byte[] table = ToneTables.Of(level => ((1 - share) * level) + (share * Veil));
        return ToneTables.Apply(image, table, table, table);
    }
}
