namespace VisionMonitor.Vision.Images;

/// <summary>Small pictures for pages: encoded anew from pixels, so that no metadata or appended bytes of the original survive.</summary>
public static class Thumbnails
{
    private const int Quality = 82;

    /// <summary>A JPEG whose longer side is at most <paramref name="maxSidePixels"/>; a smaller image keeps its size.</summary>
    public static byte[] Encode(DecodedImage image, int maxSidePixels)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSidePixels);
        double scale = Math.Min(1, (double)maxSidePixels / Math.Max(image.Width, image.Height));
        if (scale == 1)
        {
            return SkiaPicture.EncodeJpeg(image, Quality);
        }

        int width = Math.Max(1, (int)Math.Round(image.Width * scale));
        int height = Math.Max(1, (int)Math.Round(image.Height * scale));
        using DecodedImage small = Resampler.Resize(image, width, height, ResizeKernel.BilinearAntialiased);
        return SkiaPicture.EncodeJpeg(small, Quality);
    }
}
