using System.Diagnostics;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Monitoring.Rescoring;

/// <summary>
/// Decodes pictures, and keeps the small ones for a while by the hash of their bytes: what is taken in is often rescored soon after, and
/// one camera often feeds several projects. Safe for many threads; keeps at most 80 MB.
/// </summary>
public sealed class RecentPictures
{
    private const int LargestBytes = 256 * 1024;
    private readonly Recent<string, Kept> _kept = new(320);

    /// <summary>A picture that was decoded a moment ago, and how long that took in milliseconds; null when it must be decoded. Dispose the image.</summary>
    /// <param name="sha256">The hash of its encoded bytes.</param>
    public (DecodedImage Image, double DecodeMilliseconds)? Find(string sha256) =>
        _kept.TryGet(sha256, out Kept kept) ? (DecodedImage.FromRgb(kept.Width, kept.Height, kept.Rgb), kept.DecodeMilliseconds) : null;

    /// <summary>Decodes in full. Dispose the image.</summary>
    /// <param name="sha256">The hash of the bytes.</param>
    /// <param name="encoded">The encoded bytes.</param>
    /// <param name="limits">What may be decoded.</param>
    /// <exception cref="ImageFormatException">The bytes are not a complete image within the limits.</exception>
    public (DecodedImage Image, double DecodeMilliseconds) Decode(string sha256, ReadOnlySpan<byte> encoded, ImageLimits limits)
    {
        long started = Stopwatch.GetTimestamp();
        DecodedImage image = ImageDecoder.Decode(encoded, limits);
        double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (image.Rgb.Length <= LargestBytes)
        {
            _kept.Keep(sha256, new Kept(image.Width, image.Height, image.Rgb.ToArray(), milliseconds));
        }

        return (image, milliseconds);
    }

    private readonly record struct Kept(int Width, int Height, byte[] Rgb, double DecodeMilliseconds);
}
