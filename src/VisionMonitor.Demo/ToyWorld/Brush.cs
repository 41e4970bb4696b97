using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>One canvas and one paint with the few strokes the toy world is drawn with.</summary>
internal sealed class Brush(SKCanvas canvas) : IDisposable
{
    private readonly SKPaint _paint = new() { IsAntialias = true };
    private readonly SKPath _scratch = new();

    public SKCanvas Canvas { get; } = canvas;

    public void Dispose()
    {
        _paint.Dispose();
        _scratch.Dispose();
    }

    public SKAutoCanvasRestore Within(in SKMatrix plane)
    {
        SKAutoCanvasRestore restore = new(Canvas);
        Canvas.Concat(plane);
        return restore;
    }

    public void Fill(SKPath path, SKColor color, SKBlendMode blend = SKBlendMode.SrcOver)
    {
        _paint.Color = color;
        _paint.BlendMode = blend;
        Canvas.DrawPath(path, _paint);
        _paint.BlendMode = SKBlendMode.SrcOver;
    }

    public void Fill(SKRect rect, SKColor color, float radius = 0)
    {
        _paint.Color = color;
        if (radius > 0)
        {
            Canvas.DrawRoundRect(rect, radius, radius, _paint);
        }
        else
        {
            Canvas.DrawRect(rect, _paint);
        }
    }

    public void Ellipse(SKPoint center, double radiusX, double radiusY, SKColor color)
    {
        _paint.Color = color;
        Canvas.DrawOval(center, new SKSize((float)radiusX, (float)radiusY), _paint);
    }

    /// <summary>Fills with a linear gradient of evenly spread colours.</summary>
    public void Gradient(SKPath path, SKPoint from, SKPoint to, params ReadOnlySpan<SKColor> colors)
    {
        using SKShader shader = SKShader.CreateLinearGradient(from, to, colors.ToArray(), SKShaderTileMode.Clamp);
        Shade(path, shader);
    }

    public void Radial(SKPath path, SKPoint center, double radius, params ReadOnlySpan<SKColor> colors)
    {
        using SKShader shader = SKShader.CreateRadialGradient(center, (float)radius, colors.ToArray(), SKShaderTileMode.Clamp);
        Shade(path, shader);
    }

    public void Shade(SKPath path, SKShader shader, double opacity = 1, SKBlendMode blend = SKBlendMode.SrcOver)
    {
        _paint.Color = SKColors.White.WithAlpha((byte)(255 * opacity));
        _paint.Shader = shader;
        _paint.BlendMode = blend;
        Canvas.DrawPath(path, _paint);
        _paint.Shader = null;
        _paint.BlendMode = SKBlendMode.SrcOver;
    }

    public void Stroke(SKPath path, SKColor color, double width, SKStrokeCap cap = SKStrokeCap.Butt)
    {
        _paint.Style = SKPaintStyle.Stroke;
        _paint.Color = color;
        _paint.StrokeWidth = (float)width;
        _paint.StrokeCap = cap;
        _paint.StrokeJoin = SKStrokeJoin.Round;
        Canvas.DrawPath(path, _paint);
        _paint.Style = SKPaintStyle.Fill;
    }

    public void Line(SKPoint from, SKPoint to, SKColor color, double width)
    {
        _scratch.Rewind();
        _scratch.MoveTo(from);
        _scratch.LineTo(to);
        Stroke(_scratch, color, width);
    }

    /// <summary>A soft dark shape.</summary>
    public void Shadow(SKPath path, double opacity, double sigma)
    {
        using SKMaskFilter blur = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, (float)sigma, respectCTM: true);
        _paint.MaskFilter = blur;
        _paint.Color = new SKColor(8, 10, 16, (byte)(255 * opacity));
        Canvas.DrawPath(path, _paint);
        _paint.MaskFilter = null;
    }
}
