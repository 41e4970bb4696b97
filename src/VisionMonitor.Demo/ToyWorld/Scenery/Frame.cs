using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Scenery;

/// <summary>The size of a picture. The world is drawn for 256 pixels across and scaled; a taller picture shows more floor, a nearer one its middle.</summary>
internal readonly record struct Frame(int Width, int Height, float Zoom = 1)
{
    public SKMatrix Matrix => SKMatrix.CreateScale(Width / 256f, Width / 256f).PostConcat(SKMatrix.CreateTranslation(0, (Height - Width) / 2f)).PostConcat(Nearer);

    /// <summary>From the whole picture to what is seen of it.</summary>
    public SKMatrix Nearer => SKMatrix.CreateScale(Zoom, Zoom, Width / 2f, Height / 2f);

    public SKImageInfo Pixels => new(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
}
