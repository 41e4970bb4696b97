namespace VisionMonitor.Vision.Images;

/// <summary>What an image may cost before it is refused; checked on the header, before any pixel is decoded.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits of the product.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The largest encoded size, in bytes.</summary>
    public long MaxBytes { get; init; } = 25 * 1024 * 1024;

    /// <summary>The longest side, in pixels.</summary>
    public int MaxSidePixels { get; init; } = 16_384;

    /// <summary>The largest area, in pixels.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>
    /// The largest inflated size of a PNG's compressed text or colour profile, in bytes. A chunk of 200 KB may hold 200 MB.
    /// </summary>
    public long MaxMetadataBytes { get; init; } = 16 * 1024 * 1024;
}
