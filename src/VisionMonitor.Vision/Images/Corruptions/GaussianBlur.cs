using System.Globalization;
using SkiaSharp;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>A lens out of focus: Gaussian blur, σ in pixels.</summary>
public sealed class GaussianBlur : ICorruption
{
    /// <inheritdoc/>
    public string Id => "gaussian-blur";

    /// <inheritdoc/>
    public string Name => "Gaussian blur";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [0.6, 1, 1.6, 2.4, 3.6, 5.5];

    /// <inheritdoc/>
    public bool IsInPixels => true;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"σ {strength:0.0#} px");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with Gaussian blur of random σ from 0 to {1.5 * strength:0.#} px.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        using SKImageFilter? blur = strength > 0 ? SKImageFilter.CreateBlur((float)strength, (float)strength, SKShaderTileMode.Clamp) : null;
        using SKPaint paint = new() { ImageFilter = blur };
        return SkiaPicture.Redraw(image, (canvas, picture) => canvas.DrawImage(picture, 0, 0, paint));
    }
}
