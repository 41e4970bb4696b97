using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Scenery;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>What lies between the scene and the file: exposure and tint, defocus, grease, sensor noise.</summary>
internal static class Lens
{
    private const int GreaseSide = 256;
    private const int GainBits = 7;
    private const ushort One = 1 << GainBits;
    private static readonly ConcurrentDictionary<string, byte[]> Grease = new();
    private static readonly sbyte[] NoiseTile = DrawNoiseTile();
    private static readonly (int Red, int Green, int Blue) Milk = (206, 204, 198);

    /// <summary>Draws the scene as this lens sees it; a clean lens in focus changes the scene's own pixels.</summary>
    /// <returns>The bitmap that holds the picture: one of those given.</returns>
    public static SKBitmap Draw(SKBitmap scene, SKBitmap spare, SKBitmap soft, SceneOptions options, double kelvin)
    {
        SKBitmap seen = scene;
        if (options.LensSmear > 0)
        {
            DrawBlurred(scene, soft, (1 + (5.5 * Smear(options))) * scene.Width / GreaseSide);
        }

        if (options.BlurSigmaPixels > 0.05)
        {
            DrawBlurred(scene, spare, options.BlurSigmaPixels);
            seen = spare;
        }

        if (options.LensSmear > 0)
        {
            Veil(seen.GetPixelSpan(), soft.GetPixelSpan(), scene.Width, options);
        }

        Expose(seen.GetPixelSpan(), options, kelvin);
        return seen;
    }

    private static double Smear(SceneOptions options) => Math.Min(options.LensSmear, 1);

    private static void DrawBlurred(SKBitmap scene, SKBitmap target, double sigma)
    {
        using SKCanvas canvas = new(target);
        using SKPixmap pixels = scene.PeekPixels();
        using SKImage image = SKImage.FromPixels(pixels);
        using SKImageFilter blur = Blur(sigma);
        using SKPaint paint = new() { ImageFilter = blur };
        canvas.DrawImage(image, 0, 0, paint);
        canvas.Flush();
    }

    /// <summary>Grease: where its streaks are, the picture is soft and milky. More grease covers more, blurs more and whitens more.</summary>
    private static void Veil(Span<byte> rgba, ReadOnlySpan<byte> soft, int width, SceneOptions options)
    {
        double smear = Smear(options);
        int milky = (int)Math.Round(256 * (0.1 + (0.34 * smear)));
        ReadOnlySpan<int> covers = [.. Enumerable.Range(0, 256).Select(grease => (int)(256 * Math.Clamp((2.2 * grease / 255) + (2.5 * smear) - 2.1, 0, 1)))];
        ReadOnlySpan<byte> streaks = Grease.GetOrAdd(options.Camera, DrawGrease);
        for (int y = 0, at = 0; at < rgba.Length; y++)
        {
            ReadOnlySpan<byte> row = streaks.Slice(y * GreaseSide / width % GreaseSide * GreaseSide, GreaseSide);
            for (int x = 0; x < width; x++, at += 4)
            {
                int cover = covers[row[x * GreaseSide / width]];
                if (cover > 0)
                {
                    rgba[at] = Mixed(rgba[at], Mixed(soft[at], Milk.Red, milky), cover);
                    rgba[at + 1] = Mixed(rgba[at + 1], Mixed(soft[at + 1], Milk.Green, milky), cover);
                    rgba[at + 2] = Mixed(rgba[at + 2], Mixed(soft[at + 2], Milk.Blue, milky), cover);
                }
            }
        }
    }

    private static byte Mixed(int from, int to, int share) => (byte)(from + (((to - from) * share) >> 8));

    private static SKImageFilter Blur(double sigma) => SKImageFilter.CreateBlur((float)sigma, (float)sigma, SKShaderTileMode.Clamp);

    /// <summary>Channel gains of a light of this temperature on a camera balanced for 5500 K; a smooth fit, not colorimetry.</summary>
    private static (double Red, double Green, double Blue) Tint(double kelvin)
    {
        double warmth = Math.Log(5500 / Math.Clamp(kelvin, 1500, 12000));
        return (Math.Exp(0.32 * warmth), Math.Exp(0.02 * warmth), Math.Exp(-0.52 * warmth));
    }

    /// <summary>Streaks left by a wipe; each camera was wiped in another direction.</summary>
    private static byte[] DrawGrease(string camera)
    {
        int index = Viewpoint.All.ToList().FindIndex(view => view.Name == camera);
        using SKBitmap bitmap = new(new SKImageInfo(GreaseSide, GreaseSide, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKCanvas canvas = new(bitmap);
        using SKShader noise = SKShader.CreatePerlinNoiseFractalNoise(0.004f, 0.021f, 3, 40 + (7 * index));
        using SKColorFilter contrast = SKColorFilter.CreateColorMatrix([3.2f, 0, 0, 0, -1.1f, 3.2f, 0, 0, 0, -1.1f, 3.2f, 0, 0, 0, -1.1f, 0, 0, 0, 0, 1]);
        using SKPaint paint = new() { Shader = noise, ColorFilter = contrast };
        canvas.RotateDegrees(-35 + (23 * index), 128, 128);
        canvas.DrawPaint(paint);
        canvas.Flush();
        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        byte[] streaks = new byte[GreaseSide * GreaseSide];
        for (int pixel = 0; pixel < streaks.Length; pixel++)
        {
            streaks[pixel] = rgba[pixel * 4];
        }

        return streaks;
    }

    /// <summary>Exposure and tint, then sensor noise, sixteen channel values at a time; opacity stays.</summary>
    private static void Expose(Span<byte> rgba, SceneOptions options, double kelvin)
    {
        (double red, double green, double blue) = Tint(kelvin);
        Vector64<ushort> pixel = Vector64.Create(Gain(red * options.Light), Gain(green * options.Light), Gain(blue * options.Light), One);
        Vector128<ushort> gains = Vector128.Create(pixel, pixel);
        short noisiness = (short)Math.Round(options.Noise * 8);
        Vector128<short> scales = Vector128.Create(noisiness, noisiness, noisiness, 0, noisiness, noisiness, noisiness, 0);
        int at = new SceneRandom(options.Seed).Fork(4).Below(NoiseTile.Length - rgba.Length - 1);
        Span<Vector128<byte>> parts = MemoryMarshal.Cast<byte, Vector128<byte>>(rgba);
        ReadOnlySpan<Vector128<sbyte>> noise = MemoryMarshal.Cast<sbyte, Vector128<sbyte>>(NoiseTile.AsSpan(at, rgba.Length));
        for (int index = 0; index < parts.Length; index++)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(parts[index]);
            (Vector128<short> lowNoise, Vector128<short> highNoise) = Vector128.Widen(noise[index]);
            parts[index] = Vector128.Narrow(Exposed(low, lowNoise), Exposed(high, highNoise));
        }

        Vector128<ushort> Exposed(Vector128<ushort> levels, Vector128<short> deviates)
        {
            Vector128<short> bright = Vector128.Min((levels * gains) >> GainBits, Vector128.Create<ushort>(400)).AsInt16();
            Vector128<short> noisy = bright + ((deviates * scales) >> 8);
            return Vector128.Clamp(noisy, Vector128<short>.Zero, Vector128.Create<short>(255)).AsUInt16();
        }
    }

    /// <summary>A channel's gain as a fixed-point number; 255 times the largest still fits.</summary>
    private static ushort Gain(double gain) => (ushort)Math.Min(Math.Round(gain * One), ushort.MaxValue / 255);

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
