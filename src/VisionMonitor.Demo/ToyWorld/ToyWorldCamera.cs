using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Scenery;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Draws scenes of a parcel hub from a seed. Safe to call from many threads; each keeps its own canvas.</summary>
public static class ToyWorldCamera
{
    [ThreadStatic]
    private static (SKBitmap Scene, SKBitmap Spare, SKBitmap Soft)? _canvases;

    /// <summary>The cameras of the hub; they differ in angle, tint and the colour of their belt.</summary>
    public static IReadOnlyList<string> Cameras { get; } = [.. Viewpoint.All.Select(view => view.Name)];

    /// <exception cref="ArgumentException">An option is outside of its range, or the camera is unknown.</exception>
    public static Scene Draw(SceneOptions options)
    {
        Check(options);
        using Composition composition = new(options);
        using SKData jpeg = Paint(options, composition).Encode(SKEncodedImageFormat.Jpeg, options.JpegQuality);
        return new Scene(options, TruthMap.Of(composition), jpeg.ToArray());
    }

    /// <summary>The picture before it is compressed: RGB, row-major, height × width × 3.</summary>
    internal static byte[] DrawPixels(SceneOptions options, int withoutId = 0)
    {
        using Composition composition = new(options);
        ReadOnlySpan<byte> rgba = Paint(options, composition, withoutId).GetPixelSpan();
        byte[] rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            rgba.Slice(from, 3).CopyTo(rgb.AsSpan(to));
        }

        return rgb;
    }

    private static SKBitmap Paint(SceneOptions options, Composition composition, int withoutId = 0)
    {
        (SKBitmap scene, SKBitmap spare, SKBitmap soft) = Canvases(composition.Frame.Pixels);
        using SKCanvas canvas = new(scene);
        using Brush brush = new(canvas);
        composition.Draw(brush, withoutId);
        canvas.Flush();
        Daylight.Dim(scene.GetPixelSpan(), composition.Backdrop.NightShade, composition.Light);
        double kelvin = options.ColorTemperatureKelvin + composition.Light.KelvinOffset + composition.View.KelvinOffset;
        return Lens.Draw(scene, spare, soft, options, kelvin);
    }

    private static (SKBitmap Scene, SKBitmap Spare, SKBitmap Soft) Canvases(SKImageInfo pixels)
    {
        if (_canvases is { } kept)
        {
            if (kept.Scene.Info == pixels)
            {
                return kept;
            }

            kept.Scene.Dispose();
            kept.Spare.Dispose();
            kept.Soft.Dispose();
        }

        (SKBitmap, SKBitmap, SKBitmap) made = (new SKBitmap(pixels), new SKBitmap(pixels), new SKBitmap(pixels));
        _canvases = made;
        return made;
    }

    private static void Check(SceneOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Width, 32);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Width, 512);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Height, 32);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Height, 512);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Zoom, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Zoom, 4);
        if (options.ClassMix is { } mix && (mix.Count != ObjectKinds.Known.Count || mix.Any(weight => weight < 0) || mix.Sum() <= 0))
        {
            throw new ArgumentException($"The class mix needs {ObjectKinds.Known.Count} weights, none negative, not all zero.", nameof(options));
        }
    }
}
