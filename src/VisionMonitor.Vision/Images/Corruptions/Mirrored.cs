using SkiaSharp;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Draws a picture moved; where it does not reach, its mirror image goes on.</summary>
internal static class Mirrored
{
    public static DecodedImage Draw(DecodedImage image, SKMatrix matrix) => SkiaPicture.Redraw(image, (canvas, picture) =>
    {
        using SKShader shader = picture.ToShader(SKShaderTileMode.Mirror, SKShaderTileMode.Mirror, new SKSamplingOptions(SKFilterMode.Linear), matrix);
        using SKPaint paint = new() { Shader = shader };
        canvas.DrawPaint(paint);
    });
}
