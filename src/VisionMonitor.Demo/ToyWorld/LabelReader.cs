using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>
/// A reader beside a camera: it looks at one printed line of a parcel's label from near, so that every letter is large enough to be read.
/// It has a lamp of its own, and its lens gets as greasy as the camera's.
/// </summary>
public static class LabelReader
{
    /// <summary>Height of its pictures in pixels; they are as wide as their line, 70 to 190.</summary>
    public const int HeightPixels = 40;

    private const double MarginPixels = 7;

    /// <summary>The same options give the same line and the same bytes on one machine; their width, height and hour do not matter.</summary>
    public static PrintedLine Look(SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SceneRandom random = new SceneRandom(options.Seed).Fork(5);
        ParcelLabel label = new(random.Fork(1));
        (string text, SKMatrix plane, float width) = random.Pick<(string, SKMatrix, float)>([.. label.Lines]);
        SKPoint middle = plane.MapPoint(width / 2, StrokeFont.CapHeight / 2);
        double zoom = random.Between(22, 27) / (StrokeFont.CapHeight * plane.ScaleY);
        SKImageInfo pixels = new((int)Math.Ceiling((width * plane.ScaleX * zoom) + (2 * MarginPixels)), HeightPixels, SKColorType.Rgba8888, SKAlphaType.Opaque);
        SKMatrix view = SKMatrix.CreateTranslation(-middle.X, -middle.Y)
            .PostConcat(SKMatrix.CreateScale((float)zoom, (float)zoom))
            .PostConcat(SKMatrix.CreateSkew((float)random.Between(-0.12, 0.12), 0))
            .PostConcat(SKMatrix.CreateRotationDegrees((float)random.Between(-2.5, 2.5)))
            .PostConcat(SKMatrix.CreateTranslation((float)((pixels.Width / 2.0) + random.Between(-2, 2)), (float)((pixels.Height / 2.0) + random.Between(-2, 2))));

        using SKBitmap scene = new(pixels);
        using SKBitmap spare = new(pixels);
        using SKBitmap soft = new(pixels);
        using (SKCanvas canvas = new(scene))
        using (Brush brush = new(canvas))
        {
            canvas.Clear(new SKColor(0xb8, 0x93, 0x66));
            canvas.SetMatrix(view);
            label.Draw(brush);
            canvas.Flush();
        }

        using SKData jpeg = Lens.Draw(scene, spare, soft, options, options.ColorTemperatureKelvin).Encode(SKEncodedImageFormat.Jpeg, options.JpegQuality);
        return new PrintedLine(text, jpeg.ToArray());
    }
}
