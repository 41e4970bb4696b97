namespace VisionMonitor.Vision.Images;

/// <summary>
/// What changes in a picture when something happens on the way from the lens to the file: <see cref="ImageProperties"/>, sharpness at half size (a blur
/// takes both, noise adds to the fine one only) and the steps at the edges of JPEG's blocks of 8 pixels.
/// </summary>
public static class ImageTraits
{
    /// <summary>How many numbers there are.</summary>
    public const int Count = 9;

    /// <summary>Measures an image; every number is finite. Those that are ratios are logarithms, so that half and double count alike.</summary>
    public static float[] Measure(DecodedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ImageProperties whole = ImageProperties.Measure(image);
        using DecodedImage half = Resampler.Resize(image, Math.Max(1, image.Width / 2), Math.Max(1, image.Height / 2), ResizeKernel.BilinearAntialiased);
        double coarse = ImageProperties.Measure(half).Sharpness;
        return
        [
            (float)whole.Brightness, Log(whole.Contrast), Log(whole.Sharpness), Log(whole.Saturation), (float)whole.Warmth, (float)whole.ClippedShare,
            Log(coarse), Log(whole.Sharpness) - Log(coarse), Blockiness(image),
        ];
    }

    private static float Log(double value) => (float)Math.Log(value + 1e-3);

    /// <summary>Logarithm of the mean step across block edges over the mean step beside them, of green; 0 where there are no blocks.</summary>
    private static float Blockiness(DecodedImage image)
    {
        ReadOnlySpan<byte> rgb = image.Rgb;
        (long edge, long edges, long beside, long besides) = (0, 1, 0, 1);
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = rgb.Slice(y * image.Width * 3, image.Width * 3);
            for (int x = 8; x < image.Width - 1; x += 8)
            {
                (edge, edges) = (edge + Step(row, x - 1), edges + 1);
                (beside, besides) = (beside + Step(row, x - 2) + Step(row, x), besides + 2);
            }
        }

        return (float)Math.Log((0.25 + ((double)edge / edges)) / (0.25 + ((double)beside / besides)));
    }

    private static int Step(ReadOnlySpan<byte> row, int x) => Math.Abs(row[(3 * x) + 1] - row[(3 * x) + 4]);
}
