using System.Collections.Concurrent;
using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Scenery;

/// <summary>Light that falls on the scene as a whole. Soft shapes are costly, so each is drawn once and then only moved or faded.</summary>
internal static class Daylight
{
    private const int PaneMargin = 300;
    private static readonly ConcurrentDictionary<string, SKImage> Panes = new();
    private static readonly SKImage Falloff = DrawFalloff();

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
    public static void DrawFalloff(Brush brush, Frame frame, SceneLight light)
    {
        using SKPaint paint = new() { Color = SKColors.White.Faded(0.3 + (0.55 * (1 - light.Day))) };
        brush.Canvas.DrawImage(Falloff, new SKRect(0, 0, frame.Width, frame.Height), SKSamplingOptions.Default, paint);
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

    private static SKImage DrawFalloff()
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(256, 256, SKColorType.Rgba8888, SKAlphaType.Premul));
        SKColor night = new(10, 12, 22);
        using SKShader shader = SKShader.CreateRadialGradient(
            new SKPoint(118, 108), 205, [night.Faded(0), night.Faded(0.2), night.Faded(0.8)], SKShaderTileMode.Clamp);
        using SKPaint paint = new() { Shader = shader };
        surface.Canvas.DrawPaint(paint);
        return surface.Snapshot();
    }
}
