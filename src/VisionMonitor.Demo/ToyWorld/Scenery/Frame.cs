using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Scenery;

/// <summary>The size of a picture. The world is drawn for 256 pixels across and scaled; a taller picture shows more floor.</summary>
internal readonly record struct Frame(int Width, int Height)
{
    public SKMatrix Matrix => SKMatrix.CreateScale(Width / 256f, Width / 256f).PostConcat(SKMatrix.CreateTranslation(0, (Height - Width) / 2f));

    public SKImageInfo Pixels => new(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
}
