using System.Globalization;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Pictures that are compressed harder: JPEG quality, 100 (best) down to 1.</summary>
public sealed class JpegCompression : ICorruption
{
    /// <inheritdoc/>
    public string Id => "jpeg";

    /// <inheritdoc/>
    public string Name => "JPEG compression";

    /// <inheritdoc/>
    public double Neutral => 100;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [4, 8, 14, 24, 40, 65];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public int Stage => 2;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"quality {strength:0}");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with JPEG compression of random quality from {Math.Max(1, 0.7 * strength):0} to 95.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ImageLimits limits = ImageLimits.Default with { MaxSidePixels = Math.Max(image.Width, image.Height), MaxPixels = (long)image.Width * image.Height };
        return ImageDecoder.Decode(SkiaPicture.EncodeJpeg(image, (int)Math.Clamp(Math.Round(strength), 1, 100)), limits);
    }
}
