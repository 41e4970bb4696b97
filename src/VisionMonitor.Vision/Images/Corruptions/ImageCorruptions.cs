namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>The corruptions that are known.</summary>
public static class ImageCorruptions
{
    /// <summary>The longer side of the image for which <see cref="ICorruption.Strengths"/> in pixels are meant.</summary>
    public const int ReferenceSidePixels = 256;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ICorruption> All { get; } =
    [
        new GaussianBlur(), new MotionBlur(), new SensorNoise(), new JpegCompression(), new Exposure(), new Contrast(), new Haze(),
        new ColourTemperature(), new Saturation(), new Zoom(), new Rotation(), new Letterbox(), new ChannelSwap(),
    ];

    /// <summary>The corruption with an id; null when there is none.</summary>
    public static ICorruption? Find(string id) => All.FirstOrDefault(corruption => corruption.Id == id);

    /// <summary>The strengths that a search tries on images of a size.</summary>
    /// <param name="corruption">The corruption.</param>
    /// <param name="longerSidePixels">The longer side of the images.</param>
    public static IReadOnlyList<double> StrengthsFor(this ICorruption corruption, int longerSidePixels)
    {
        ArgumentNullException.ThrowIfNull(corruption);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longerSidePixels);
        return corruption.IsInPixels ? [.. corruption.Strengths.Select(strength => strength * longerSidePixels / ReferenceSidePixels)] : corruption.Strengths;
    }
}
