using System.Globalization;
using SkiaSharp;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>The camera was turned: degrees, clockwise above 0; what comes into view is mirrored from the edge.</summary>
public sealed class Rotation : ICorruption
{
    /// <inheritdoc/>
    public string Id => "rotation";

    /// <inheritdoc/>
    public string Name => "Rotation";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [-25, -14, -7, 7, 14, 25];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => true;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"{strength:+0.#;−0.#}°");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with random rotation from −{Math.Abs(1.3 * strength):0} to {Math.Abs(1.3 * strength):0}°.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Mirrored.Draw(image, MatrixOf(image.Width, image.Height, strength));
    }

    /// <inheritdoc/>
    public (double X, double Y) Move(double x, double y, int width, int height, double strength)
    {
        SKPoint moved = MatrixOf(width, height, strength).MapPoint((float)x, (float)y);
        return (moved.X, moved.Y);
    }

    private static SKMatrix MatrixOf(int width, int height, double strength) => SKMatrix.CreateRotationDegrees((float)strength, width / 2f, height / 2f);
}
