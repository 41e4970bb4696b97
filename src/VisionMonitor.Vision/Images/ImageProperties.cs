namespace VisionMonitor.Vision.Images;

/// <summary>
/// What can be said of a picture without a model. A lens that smears, a lamp that fails or a camera that loses its white balance
/// moves these before anybody has labelled an image.
/// </summary>
/// <param name="Brightness">Mean luma (BT.601), 0 black to 1 white.</param>
/// <param name="Contrast">Standard deviation of the luma, 0 flat to 0.5 half black and half white.</param>
/// <param name="Sharpness">
/// Root mean square of the luma's 4-neighbour Laplacian over inner pixels, 0 (flat, or smaller than 3 × 3) to 4; smeared lenses lower it. It
/// depends on the resolution: compare images of one size.
/// </param>
/// <param name="Saturation">Mean of (largest − smallest) / largest channel, 0 grey to 1 pure colours.</param>
/// <param name="Warmth">Mean of red minus blue, −1 blue to 1 red; moves with the white balance.</param>
/// <param name="ClippedShare">Share of pixels with luma at most 4 or at least 251 of 255, 0 to 1: under- or overexposed.</param>
public readonly record struct ImageProperties(
    double Brightness,
    double Contrast,
    double Sharpness,
    double Saturation,
    double Warmth,
    double ClippedShare)
{
    /// <summary>2³² / channel, rounded up: a dividend below 2²⁴ times it, shifted, is the whole quotient (Granlund and Montgomery, 1994).</summary>
    private static readonly ulong[] Reciprocals = [0, .. Enumerable.Range(1, 255).Select(channel => ((1UL << 32) + (ulong)channel - 1) / (ulong)channel)];

    /// <summary>Measures an image; every value is finite. Sums are integers, so the result does not depend on order.</summary>
    public static ImageProperties Measure(DecodedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ReadOnlySpan<byte> rgb = image.Rgb;
        (int width, int height) = (image.Width, image.Height);
        byte[] luma = System.Buffers.ArrayPool<byte>.Shared.Rent(width * height);
        try
        {
            Span<byte> grey = luma.AsSpan(0, width * height);
            ReadOnlySpan<ulong> reciprocals = Reciprocals;
            (long sum, long squares, long saturation, long warmth, long clipped) = (0, 0, 0, 0, 0);
            for (int pixel = 0, at = 0; pixel < grey.Length; pixel++, at += 3)
            {
                (int red, int green, int blue) = (rgb[at], rgb[at + 1], rgb[at + 2]);
                int value = (299 * red + 587 * green + 114 * blue + 500) / 1000;
                int largest = Math.Max(red, Math.Max(green, blue));
                int smallest = Math.Min(red, Math.Min(green, blue));
                grey[pixel] = (byte)value;
                sum += value;
                squares += value * value;
                saturation += (long)(((ulong)(largest - smallest) * 65_536 * reciprocals[largest]) >> 32);
                warmth += red - blue;
                clipped += value is <= 4 or >= 251 ? 1 : 0;
            }

            double count = grey.Length;
            double mean = sum / count;
            return new(
                mean / 255,
                Math.Sqrt(Math.Max(0, squares / count - mean * mean)) / 255,
                Laplacian(grey, width, height),
                saturation / count / 65_536,
                warmth / count / 255,
                clipped / count);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(luma);
        }
    }

    private static double Laplacian(ReadOnlySpan<byte> grey, int width, int height)
    {
        if (width < 3 || height < 3)
        {
            return 0;
        }

        long squares = 0;
        for (int y = 1; y < height - 1; y++)
        {
            ReadOnlySpan<byte> above = grey.Slice((y - 1) * width, width);
            ReadOnlySpan<byte> row = grey.Slice(y * width, width);
            ReadOnlySpan<byte> below = grey.Slice((y + 1) * width, width);
            for (int x = 1; x < row.Length - 1; x++)
            {
                long value = above[x] + below[x] + row[x - 1] + row[x + 1] - 4 * row[x];
                squares += value * value;
            }
        }

        return Math.Sqrt(squares / ((double)(width - 2) * (height - 2))) / 255;
    }
}
