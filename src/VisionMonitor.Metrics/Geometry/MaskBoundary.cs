using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Metrics.Geometry;

/// <summary>
/// Boundary IoU of masks (Cheng et al., CVPR 2021, boundary_iou_api): only the foreground pixels within a distance of the mask's edge, or of the
/// frame's, are compared, so that large objects are held to their outline.
/// </summary>
public static class MaskBoundary
{
    private const long MostPixels = 1L << 27;

    /// <summary>The foreground pixels within max(1, round(ratio · diagonal)) pixels (Chebyshev) of background or of the outside of the frame.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="ratio">Distance as a share of the image's diagonal, above 0; the paper's 0.02.</param>
    /// <exception cref="ArgumentException">More than 2²⁷ pixels: each of them is visited.</exception>
    public static RunLengthMask Of(RunLengthMask mask, double ratio = 0.02)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ratio);
        if ((long)mask.Height * mask.Width > MostPixels)
        {
            throw new ArgumentException($"A mask of {mask.Height} × {mask.Width} pixels is too large for its boundary.", nameof(mask));
        }

        byte[] pixels = mask.ToPixels();
        int[] labels = new int[pixels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = pixels[i];
        }

        bool[] isInside = BoundaryPixels.Inside(labels, mask.Width, mask.Height, BoundaryPixels.Distance(mask.Width, mask.Height, ratio));
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = isInside[i] ? (byte)0 : pixels[i];
        }

        return RunLengthMask.FromPixels(mask.Height, mask.Width, pixels);
    }

    /// <summary>IoU of the two boundaries, 0 to 1; 0 where they do not meet.</summary>
    public static double IntersectionOverUnion(RunLengthMask a, RunLengthMask b, double ratio = 0.02) => RunLengthMask.IntersectionOverUnion(Of(a, ratio), Of(b, ratio));
}
