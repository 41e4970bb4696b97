using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld;

internal static class ColorShades
{
    /// <summary>Multiplies the colour by a brightness and clamps.</summary>
    public static SKColor Lit(this SKColor color, double brightness) => new(
        (byte)Math.Clamp(color.Red * brightness, 0, 255),
        (byte)Math.Clamp(color.Green * brightness, 0, 255),
        (byte)Math.Clamp(color.Blue * brightness, 0, 255),
        color.Alpha);

    public static SKColor Faded(this SKColor color, double opacity) => color.WithAlpha((byte)(255 * opacity));

    public static SKColor Mixed(this SKColor color, SKColor other, double share) => new(
        (byte)(color.Red + ((other.Red - color.Red) * share)),
        (byte)(color.Green + ((other.Green - color.Green) * share)),
        (byte)(color.Blue + ((other.Blue - color.Blue) * share)));
}
