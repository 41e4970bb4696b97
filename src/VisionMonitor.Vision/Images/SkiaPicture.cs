using System.Runtime.Intrinsics;
using SkiaSharp;

namespace VisionMonitor.Vision.Images;

/// <summary>The way from our pixels to Skia's and back.</summary>
internal static class SkiaPicture
{
    /// <summary>A copy in RGBA.</summary>
    public static SKBitmap ToBitmap(DecodedImage image)
    {
        SKBitmap bitmap = new(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> rgba = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> rgb = image.Rgb;
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgba[to] = rgb[from];
            rgba[to + 1] = rgb[from + 1];
            rgba[to + 2] = rgb[from + 2];
            rgba[to + 3] = 255;
        }

        return bitmap;
    }

    /// <summary>A copy in RGB of an opaque RGBA bitmap.</summary>
    public static DecodedImage FromBitmap(SKBitmap bitmap)
    {
        DecodedImage image = new(bitmap.Width, bitmap.Height);
        Pack(bitmap.GetPixelSpan(), image.Pixels);
        return image;
    }

    /// <summary>Leaves out the fourth byte of every pixel, four pixels at a time.</summary>
    /// <param name="rgba">Red, green, blue and a byte that says nothing, pixel after pixel.</param>
    /// <param name="rgb">As many pixels of red, green and blue.</param>
    public static void Pack(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        Vector128<byte> order = Vector128.Create(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        int from = 0, to = 0;

        // Twelve bytes of the sixteen count; the next step, or the loop below, writes over the rest.
        for (; to + Vector128<byte>.Count <= rgb.Length; from += 16, to += 12)
        {
            Vector128.Shuffle(Vector128.Create(rgba.Slice(from, Vector128<byte>.Count)), order).CopyTo(rgb[to..]);
        }

        for (; to < rgb.Length; from += 4, to += 3)
        {
            rgba.Slice(from, 3).CopyTo(rgb[to..]);
        }
    }

    /// <summary>A JPEG of the image.</summary>
    public static byte[] EncodeJpeg(DecodedImage image, int quality)
    {
        using SKBitmap bitmap = ToBitmap(image);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }

    /// <summary>Draws an image anew on a canvas of its own size.</summary>
    public static DecodedImage Redraw(DecodedImage image, Action<SKCanvas, SKImage> draw)
    {
        using SKBitmap source = ToBitmap(image);
        using SKImage picture = SKImage.FromBitmap(source);
        using SKBitmap target = new(source.Info);
        using (SKCanvas canvas = new(target))
        {
            draw(canvas, picture);
            canvas.Flush();
        }

        return FromBitmap(target);
    }
}
