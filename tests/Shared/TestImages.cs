#if WITH_DATABASE
using SkiaSharp;

namespace VisionMonitor.Testing;

/// <summary>Small pictures for tests, made on the spot.</summary>
public static class TestImages
{
    /// <summary>A JPEG of one colour with a diagonal, so that different shades give different bytes.</summary>
    public static byte[] Jpeg(byte shade = 128, int side = 48)
    {
        using SKBitmap bitmap = new(side, side);
        using (SKCanvas canvas = new(bitmap))
        using (SKPaint paint = new() { Color = SKColors.White, StrokeWidth = 3 })
        {
            canvas.Clear(new SKColor(shade, (byte)(255 - shade), 90));
            canvas.DrawLine(0, 0, side, side, paint);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    /// <summary>A JPEG whose end is missing: the header says all is well, the pixels do not.</summary>
    public static byte[] TruncatedJpeg()
    {
        byte[] whole = Jpeg(side: 200);
        return whole[..(whole.Length * 6 / 10)];
    }
}
#endif
