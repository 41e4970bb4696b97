namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Changes that give each grey level of a channel another one, and the way between sRGB's levels and light.</summary>
internal static class ToneTables
{
    /// <summary>Sends each channel through its table of 256 levels.</summary>
    public static DecodedImage Apply(DecodedImage image, byte[] red, byte[] green, byte[] blue)
    {
        DecodedImage changed = new(image.Width, image.Height);
        ReadOnlySpan<byte> from = image.Rgb;
        Span<byte> to = changed.Pixels;
        for (int at = 0; at < from.Length; at += 3)
        {
            to[at] = red[from[at]];
            to[at + 1] = green[from[at + 1]];
            to[at + 2] = blue[from[at + 2]];
        }

        return changed;
    }

    /// <summary>The table of a change of levels.</summary>
    public static byte[] Of(Func<int, double> change) => [.. Enumerable.Range(0, 256).Select(level => (byte)Math.Clamp(change(level) + 0.5, 0, 255))];

    /// <summary>The table of a gain on light, which is what apertures and lamps change.</summary>
    public static byte[] OfLight(double gain) => Of(level => Encoded(gain * Light(level / 255.0)) * 255);

    private static double Light(double encoded) => encoded <= 0.04045 ? encoded / 12.92 : Math.Pow((encoded + 0.055) / 1.055, 2.4);

    private static double Encoded(double light) => light <= 0.0031308 ? light * 12.92 : (1.055 * Math.Pow(light, 1 / 2.4)) - 0.055;
}
