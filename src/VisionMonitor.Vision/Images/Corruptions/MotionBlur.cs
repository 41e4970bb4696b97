using System.Globalization;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>A camera or a belt that moves while the shutter is open: each pixel is the mean along a line in a random direction.</summary>
public sealed class MotionBlur : ICorruption
{
    /// <inheritdoc/>
    public string Id => "motion-blur";

    /// <inheritdoc/>
    public string Name => "Motion blur";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [3, 6, 10, 16, 25];

    /// <inheritdoc/>
    public bool IsInPixels => true;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"length {strength:0.#} px");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with motion blur of random direction and length from 0 to {1.5 * strength:0} px.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        double angle = Math.PI * SplitMix64.Uniform(seed, 0);
        int half = (int)Math.Round(strength / 2);
        (int X, int Y)[] steps = [.. Enumerable.Range(-half, (2 * half) + 1).Select(step => ((int)Math.Round(step * Math.Cos(angle)), (int)Math.Round(step * Math.Sin(angle))))];
        DecodedImage blurred = new(image.Width, image.Height);
        ReadOnlySpan<byte> from = image.Rgb;
        Span<byte> to = blurred.Pixels;
        int[] sums = new int[image.Width * 3];
        for (int y = 0; y < image.Height; y++)
        {
            Array.Clear(sums);
            foreach ((int stepX, int stepY) in steps)
            {
                ReadOnlySpan<byte> row = from.Slice(Math.Clamp(y + stepY, 0, image.Height - 1) * image.Width * 3, image.Width * 3);
                AddShifted(row, stepX, sums);
            }

            Span<byte> target = to.Slice(y * image.Width * 3, image.Width * 3);
            for (int index = 0; index < target.Length; index++)
            {
                target[index] = (byte)((sums[index] + (steps.Length / 2)) / steps.Length);
            }
        }

        return blurred;
    }

    private static void AddShifted(ReadOnlySpan<byte> row, int step, int[] sums)
    {
        int width = row.Length / 3;
        for (int x = 0; x < width; x++)
        {
            int at = Math.Clamp(x + step, 0, width - 1) * 3;
            sums[x * 3] += row[at];
            sums[(x * 3) + 1] += row[at + 1];
            sums[(x * 3) + 2] += row[at + 2];
        }
    }
}
