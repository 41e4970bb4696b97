using System.Globalization;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Too little or too much light: stops of exposure (EV); +1 doubles the light, −1 halves it.</summary>
public sealed class Exposure : ICorruption
{
    /// <inheritdoc/>
    public string Id => "exposure";

    /// <inheritdoc/>
    public string Name => "Brightness";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [-4, -3, -2.2, -1.5, -0.9, -0.5, 0.4, 0.8, 1.3, 2];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"{strength:+0.0#;−0.0#} EV");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with random exposure from {Math.Min(0, 1.3 * strength):0.#} to {Math.Max(0, 1.3 * strength):0.#} EV.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] table = ToneTables.OfLight(Math.Pow(2, strength));
        return ToneTables.Apply(image, table, table, table);
    }
}
