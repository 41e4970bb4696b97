using SkiaSharp;

namespace VisionMonitor.Vision.Images;

/// <summary>Small pictures for pages: encoded anew from pixels, so that no metadata or appended bytes of the original survive.</summary>
public static class Thumbnails
{
    /// <summary>A JPEG whose longer side is at most <paramref name="maxSidePixels"/>; a smaller image keeps its size.</summary>
    public static byte[] Encode(DecodedImage image, int maxSidePixels)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSidePixels);
        double scale = Math.Min(1, (double)maxSidePixels / Math.Max(image.Width, image.Height));
        if (scale == 1)
        {
            return EncodeJpeg(image);
        }

        int width = Math.Max(1, (int)Math.Round(image.Width * scale));
        int height = Math.Max(1, (int)Math.Round(image.Height * scale));
        using DecodedImage small = Resampler.Resize(image, width, height, ResizeKernel.BilinearAntialiased);
        return EncodeJpeg(small);
    }

    private static byte[] EncodeJpeg(DecodedImage image)
    {
        using SKBitmap bitmap = new(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> rgba = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> rgb = image.Rgb;
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgba[to] = rgb[from];
            rgba[to + 1] = rgb[from + 1];
            rgba[to + 2] = rgb[from + 2];
            rgba[to + 3] = 255;
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 82);
        return data.ToArray();
    }
}
