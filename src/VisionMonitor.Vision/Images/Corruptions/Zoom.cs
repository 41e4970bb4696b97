using System.Globalization;
using SkiaSharp;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>The camera or its crop moved: above 1 the middle fills the picture, below 1 more is seen, with mirrored edges.</summary>
public sealed class Zoom : ICorruption
{
    /// <inheritdoc/>
    public string Id => "zoom";

    /// <inheritdoc/>
    public string Name => "Crop and zoom";

    /// <inheritdoc/>
    public double Neutral => 1;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [0.7, 0.85, 1.18, 1.4, 1.7, 2.2];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => true;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"× {strength:0.0#}");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with random crops and scales from × {Math.Min(1, strength * 0.9):0.0#} to × {Math.Max(1, strength * 1.1):0.0#}.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(strength);
        return Mirrored.Draw(image, MatrixOf(image.Width, image.Height, strength));
    }

    /// <inheritdoc/>
    public (double X, double Y) Move(double x, double y, int width, int height, double strength)
    {
        SKPoint moved = MatrixOf(width, height, strength).MapPoint((float)x, (float)y);
        return (moved.X, moved.Y);
    }

    private static SKMatrix MatrixOf(int width, int height, double strength) => SKMatrix.CreateScale((float)strength, (float)strength, width / 2f, height / 2f);
}
