using System.Globalization;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Light of another colour than the camera is balanced for (5500 K): below it is warmer, above it colder.</summary>
public sealed class ColourTemperature : ICorruption
{
    /// <inheritdoc/>
    public string Id => "colour-temperature";

    /// <inheritdoc/>
    public string Name => "Colour temperature";

    /// <inheritdoc/>
    public double Neutral => 5500;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [2600, 3100, 3800, 4600, 6800, 8500, 12000];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(strength / 50) * 50:0} K, {(strength < Neutral ? "warmer" : "colder")} than before");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with random colour temperature from {Math.Min(5500, 0.9 * strength):0} to {Math.Max(5500, 1.15 * strength):0} K.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(strength, 1000);
        double green = Gain(550, strength);
        return ToneTables.Apply(image, ToneTables.OfLight(Gain(610, strength) / green), ToneTables.OfLight(1), ToneTables.OfLight(Gain(465, strength) / green));
    }

    // Planck's law at the wavelength that each channel sees best, relative to the light of the balance.
    private static double Gain(double nanometres, double kelvin) => Radiance(nanometres, kelvin) / Radiance(nanometres, 5500);

    private static double Radiance(double nanometres, double kelvin) => 1 / (Math.Exp(1.438777e7 / (nanometres * kelvin)) - 1);
}
