using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Scenery;

/// <summary>Light that falls on the scene as a whole. Soft shapes are costly, so each is drawn once and then only moved or faded.</summary>
internal static class Daylight
{
    private const int PaneMargin = 300;
    private static readonly ConcurrentDictionary<string, SKImage> Panes = new();
    private static readonly SKColor Night = new(10, 12, 22);

    /// <summary>Sunlight through two roof windows; it wanders along the belt during the day.</summary>
    public static void DrawWindows(Brush brush, Viewpoint view, SceneLight light)
    {
        if (light.Day <= 0.05)
        {
            return;
        }

        SKImage panes = Panes.GetOrAdd(view.Name, _ => DrawPanes(view));
        SKPoint origin = view.Project(0, 0, 0);
        SKPoint moved = view.Project(-190 + ((light.HourOfDay - 6) * 22), 0, 0);
        using SKPaint paint = new() { BlendMode = SKBlendMode.Plus, Color = SKColors.White.Faded(light.Day) };
        brush.Canvas.DrawImage(panes, MathF.Round(moved.X - origin.X) - PaneMargin, MathF.Round(moved.Y - origin.Y) - PaneMargin, SKSamplingOptions.Default, paint);
    }

    /// <summary>The lamp's pool: brighter in the middle, and at night darker around it.</summary>
    /// <param name="rgba">The picture.</param>
    /// <param name="shade">What <see cref="DrawShade"/> drew for a picture of this size.</param>
    /// <param name="light">The hour's light.</param>
    public static void Dim(Span<byte> rgba, ReadOnlySpan<byte> shade, SceneLight light)
    {
        Vector128<ushort> opacity = Vector128.Create((ushort)Math.Round(256 * (0.3 + (0.55 * (1 - light.Day)))));
        Vector128<ushort> night = Vector128.Create(Night.Red, Night.Green, Night.Blue, (ushort)0, Night.Red, Night.Green, Night.Blue, 0);
        Span<Vector128<byte>> parts = MemoryMarshal.Cast<byte, Vector128<byte>>(rgba);
        ReadOnlySpan<Vector128<byte>> shades = MemoryMarshal.Cast<byte, Vector128<byte>>(shade);
        for (int index = 0; index < parts.Length; index++)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(parts[index]);
            (Vector128<ushort> lowShade, Vector128<ushort> highShade) = Vector128.Widen(shades[index]);
            parts[index] = Vector128.Narrow(Dimmed(low, lowShade), Dimmed(high, highShade));
        }

        Vector128<ushort> Dimmed(Vector128<ushort> levels, Vector128<ushort> shares)
        {
            Vector128<ushort> half = Vector128.Create<ushort>(128);
            Vector128<ushort> dark = ((shares * opacity) + half) >> 8;
            return ((levels * (Vector128.Create<ushort>(256) - dark)) + (night * dark) + half) >> 8;
        }
    }

    /// <summary>How far each channel of a picture goes towards the night, 0 to 255; opacity stays.</summary>
    public static byte[] DrawShade(Frame frame)
    {
        using SKBitmap bitmap = new(frame.Pixels);
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(SKColors.Black);
        canvas.SetMatrix(SKMatrix.CreateScale(frame.Width / 256f, frame.Height / 256f).PostConcat(frame.Nearer));
        using SKShader shader = SKShader.CreateRadialGradient(new SKPoint(118, 108), 205, [Grey(0), Grey(0.2), Grey(0.8)], SKShaderTileMode.Clamp);
        using SKPaint paint = new() { Shader = shader };
        canvas.DrawPaint(paint);
        canvas.Flush();
        byte[] shade = bitmap.GetPixelSpan().ToArray();
        for (int alpha = 3; alpha < shade.Length; alpha += 4)
        {
            shade[alpha] = 0;
        }

        return shade;

        static SKColor Grey(double share) => new((byte)(255 * share), (byte)(255 * share), (byte)(255 * share));
    }

    private static SKImage DrawPanes(Viewpoint view)
    {
        int size = 256 + (2 * PaneMargin);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Translate(PaneMargin, PaneMargin);
        using SKPath path = new();
        foreach (double x in (double[])[0, 74])
        {
            path.AddPoly([view.Project(x, -170, 0), view.Project(x + 62, -170, 0), view.Project(x + 132, 170, 0), view.Project(x + 70, 170, 0)], close: true);
        }

        using SKMaskFilter soft = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 4);
        using SKPaint paint = new() { IsAntialias = true, Color = new SKColor(255, 232, 190, 40), MaskFilter = soft };
        surface.Canvas.DrawPath(path, paint);
        return surface.Snapshot();
    }
}
