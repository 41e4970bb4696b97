using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Noise that is drawn once and then laid over surfaces; mid-grey, to be blended with <see cref="SKBlendMode.Overlay"/>.</summary>
internal static class Textures
{
    private const int Size = 128;

    /// <summary>Short fibres along x, as in kraft paper.</summary>
    public static SKShader Kraft { get; } = Draw(0.09f, 0.45f, 3, 11, 1.1f);

    /// <summary>Fine isotropic grain: concrete, rubber.</summary>
    public static SKShader Grain { get; } = Draw(0.55f, 0.55f, 3, 23, 1.6f);

    /// <summary>Large soft stains.</summary>
    public static SKShader Stains { get; } = Draw(0.022f, 0.03f, 3, 5, 1.5f);

    /// <summary>Crumpled film: long soft folds.</summary>
    public static SKShader Folds { get; } = Draw(0.035f, 0.012f, 2, 31, 2.6f);

    private static SKShader Draw(float frequencyX, float frequencyY, int octaves, float seed, float contrast)
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using SKShader noise = SKShader.CreatePerlinNoiseFractalNoise(frequencyX, frequencyY, octaves, seed, new SKPointI(Size, Size));
        float shift = 0.5f - (0.5f * contrast);
        using SKColorFilter grey = SKColorFilter.CreateColorMatrix(
            [contrast, 0, 0, 0, shift, contrast, 0, 0, 0, shift, contrast, 0, 0, 0, shift, 0, 0, 0, 0, 1]);
        using SKPaint paint = new() { Shader = noise, ColorFilter = grey };
        surface.Canvas.DrawPaint(paint);
        using SKImage image = surface.Snapshot();
        return image.ToShader(SKShaderTileMode.Mirror, SKShaderTileMode.Mirror, new SKSamplingOptions(SKFilterMode.Linear));
    }
}
