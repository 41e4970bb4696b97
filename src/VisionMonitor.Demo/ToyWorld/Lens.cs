using System.Collections.Concurrent;
using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Scenery;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>What lies between the scene and the file: exposure and tint, defocus, grease, sensor noise.</summary>
internal static class Lens
{
    private static readonly ConcurrentDictionary<string, SKShader> Grease = new();
    private static readonly sbyte[] NoiseTile = DrawNoiseTile();

    /// <summary>Draws the scene as this lens sees it; a clean lens in focus changes the scene's own pixels.</summary>
    /// <returns>The bitmap that holds the picture: one of the two given.</returns>
    public static SKBitmap Draw(SKBitmap scene, SKBitmap spare, SceneOptions options, double kelvin)
    {
        SKBitmap seen = scene;
        if (options.LensSmear > 0 || options.BlurSigmaPixels > 0.05)
        {
            Refract(scene, spare, options);
            seen = spare;
        }

        Expose(seen.GetPixelSpan(), options, kelvin);
        return seen;
    }

    private static void Refract(SKBitmap scene, SKBitmap seen, SceneOptions options)
    {
        using SKCanvas canvas = new(seen);
        using SKPixmap pixels = scene.PeekPixels();
        using SKImage image = SKImage.FromPixels(pixels);
        using SKPaint paint = new();
        using SKImageFilter? blur = options.BlurSigmaPixels > 0.05 ? Blur(options.BlurSigmaPixels) : null;
        paint.ImageFilter = blur;
        canvas.DrawImage(image, 0, 0, paint);
        paint.ImageFilter = null;
        if (options.LensSmear > 0)
        {
            Smear(canvas, image, paint, options);
        }

        canvas.Flush();
    }

    /// <summary>Grease: where its streaks are, the picture is soft and milky. More grease covers more, blurs more and whitens more.</summary>
    private static void Smear(SKCanvas canvas, SKImage image, SKPaint paint, SceneOptions options)
    {
        double smear = Math.Min(options.LensSmear, 1);
        SKRect whole = new(0, 0, image.Width, image.Height);
        canvas.SaveLayer();
        using (SKImageFilter blur = Blur((1 + (5.5 * smear)) * image.Width / 256))
        {
            paint.ImageFilter = blur;
            canvas.DrawImage(image, 0, 0, paint);
            paint.ImageFilter = null;
        }

        using SKPaint plain = new() { Color = new SKColor(206, 204, 198).Faded(0.1 + (0.34 * smear)) };
        canvas.DrawRect(whole, plain);
        float shift = (float)((2.5 * smear) - 2.1);
        using SKColorFilter coverage = SKColorFilter.CreateColorMatrix([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2.2f, 0, 0, 0, shift]);
        plain.Color = SKColors.White;
        plain.BlendMode = SKBlendMode.DstIn;
        plain.Shader = Grease.GetOrAdd(options.Camera, DrawGrease);
        plain.ColorFilter = coverage;
        canvas.Scale(image.Width / 256f);
        canvas.DrawRect(new SKRect(0, 0, 256, 256f * image.Height / image.Width), plain);
        canvas.Restore();
    }

    private static SKImageFilter Blur(double sigma) => SKImageFilter.CreateBlur((float)sigma, (float)sigma, SKShaderTileMode.Clamp);

    /// <summary>Channel gains of a light of this temperature on a camera balanced for 5500 K; a smooth fit, not colorimetry.</summary>
    private static (double Red, double Green, double Blue) Tint(double kelvin)
    {
        double warmth = Math.Log(5500 / Math.Clamp(kelvin, 1500, 12000));
        return (Math.Exp(0.32 * warmth), Math.Exp(0.02 * warmth), Math.Exp(-0.52 * warmth));
    }

    /// <summary>Streaks left by a wipe, in the red channel; each camera was wiped in another direction.</summary>
    private static SKShader DrawGrease(string camera)
    {
        int index = Viewpoint.All.ToList().FindIndex(view => view.Name == camera);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(256, 256, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKShader noise = SKShader.CreatePerlinNoiseFractalNoise(0.004f, 0.021f, 3, 40 + (7 * index));
        using SKColorFilter contrast = SKColorFilter.CreateColorMatrix([3.2f, 0, 0, 0, -1.1f, 3.2f, 0, 0, 0, -1.1f, 3.2f, 0, 0, 0, -1.1f, 0, 0, 0, 0, 1]);
        using SKPaint paint = new() { Shader = noise, ColorFilter = contrast };
        surface.Canvas.RotateDegrees(-35 + (23 * index), 128, 128);
        surface.Canvas.DrawPaint(paint);
        using SKImage image = surface.Snapshot();
        return image.ToShader(SKShaderTileMode.Mirror, SKShaderTileMode.Mirror, new SKSamplingOptions(SKFilterMode.Linear));
    }

    /// <summary>Exposure and tint through a table per channel, then sensor noise, in one pass.</summary>
    private static void Expose(Span<byte> rgba, SceneOptions options, double kelvin)
    {
        (double red, double green, double blue) = Tint(kelvin);
        ReadOnlySpan<short> reds = Table(red * options.Light);
        ReadOnlySpan<short> greens = Table(green * options.Light);
        ReadOnlySpan<short> blues = Table(blue * options.Light);
        int scale = (int)Math.Round(options.Noise * 8);
        int at = new SceneRandom(options.Seed).Fork(4).Below(NoiseTile.Length - rgba.Length - 1);
        ReadOnlySpan<sbyte> noise = NoiseTile.AsSpan(at, rgba.Length);
        for (int index = 0; index + 3 < rgba.Length; index += 4)
        {
            rgba[index] = Clamp(reds[rgba[index]] + ((noise[index] * scale) >> 8));
            rgba[index + 1] = Clamp(greens[rgba[index + 1]] + ((noise[index + 1] * scale) >> 8));
            rgba[index + 2] = Clamp(blues[rgba[index + 2]] + ((noise[index + 2] * scale) >> 8));
        }
    }

    private static short[] Table(double gain)
    {
        short[] table = new short[256];
        for (int level = 0; level < table.Length; level++)
        {
            table[level] = (short)Math.Min(level * gain, 400);
        }

        return table;
    }

    // Not Math.Clamp: code compiled ahead calls it, for every channel of every pixel.
    private static byte Clamp(int value) => (byte)(value < 0 ? 0 : value > 255 ? 255 : value);

    /// <summary>Normal deviates times 32, enough for a picture of 512 pixels from any start.</summary>
    private static sbyte[] DrawNoiseTile()
    {
        SceneRandom random = new(20);
        sbyte[] tile = new sbyte[1 << 20];
        for (int index = 0; index < tile.Length; index++)
        {
            tile[index] = (sbyte)Math.Clamp(Math.Round(random.NextNormal() * 32), -127, 127);
        }

        return tile;
    }
}
