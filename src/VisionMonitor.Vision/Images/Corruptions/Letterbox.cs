using System.Globalization;
using SkiaSharp;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Pictures are squeezed and get black bars above and below: the bars share of the height, 0 to 1.</summary>
public sealed class Letterbox : ICorruption
{
    /// <inheritdoc/>
    public string Id => "letterbox";

    /// <inheritdoc/>
    public string Name => "Letterbox bars";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [0.12, 0.25, 0.44];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => true;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"{100 * strength:0} % of the height");

    /// <inheritdoc/>
    public string Augmentation(double strength) => "Feed the model as it was trained: the same resize, and no bars.";

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        using SKPaint paint = new();
        return SkiaPicture.Redraw(image, (canvas, picture) =>
        {
            canvas.Clear(SKColors.Black);
            canvas.Concat(MatrixOf(image.Width, image.Height, strength));
            canvas.DrawImage(picture, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), paint);
        });
    }

    /// <inheritdoc/>
    public (double X, double Y) Move(double x, double y, int width, int height, double strength)
    {
        SKPoint moved = MatrixOf(width, height, strength).MapPoint((float)x, (float)y);
        return (moved.X, moved.Y);
    }

    private static SKMatrix MatrixOf(int width, int height, double strength) => SKMatrix.CreateScale(1, (float)(1 - strength), width / 2f, height / 2f);
}
