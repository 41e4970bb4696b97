using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Text;

/// <summary>Cuts a turned line out of an image and lays it straight.</summary>
internal static class LineCrop
{
    /// <summary>The line as a picture of its own; one that stands upright (1.5 times as high as wide) is laid down, as PaddleOCR does.</summary>
    /// <param name="image">The image.</param>
    /// <param name="corners">x and y of the corners, clockwise from the top left.</param>
    public static DecodedImage Cut(DecodedImage image, IReadOnlyList<double> corners)
    {
        int width = Length(corners, 0, 2, 6, 4);
        int height = Length(corners, 0, 6, 2, 4);
        bool isStanding = height >= 1.5 * width;
        DecodedImage crop = isStanding ? new(height, width) : new(width, height);
        Span<byte> target = crop.Pixels;
        for (int y = 0, to = 0; y < crop.Height; y++)
        {
            for (int x = 0; x < crop.Width; x++, to += 3)
            {
                // A standing line is turned a quarter to the left: its right side becomes the top.
                double along = isStanding ? 1 - (y + 0.5) / crop.Height : (x + 0.5) / crop.Width;
                double across = isStanding ? (x + 0.5) / crop.Width : (y + 0.5) / crop.Height;
                Sample(image, Mix(corners, 0, along, across) - 0.5, Mix(corners, 1, along, across) - 0.5, target.Slice(to, 3));
            }
        }

        return crop;
    }

    /// <summary>The picture turned by 180°.</summary>
    public static DecodedImage TurnAround(DecodedImage image)
    {
        DecodedImage turned = new(image.Width, image.Height);
        ReadOnlySpan<byte> from = image.Rgb;
        Span<byte> to = turned.Pixels;
        for (int at = 0; at < from.Length; at += 3)
        {
            from.Slice(at, 3).CopyTo(to[(from.Length - 3 - at)..]);
        }

        return turned;
    }

    /// <summary>The longer of two opposite sides, in whole pixels.</summary>
    private static int Length(IReadOnlyList<double> corners, int a, int b, int c, int d)
    {
        double first = Math.Sqrt(Math.Pow(corners[a] - corners[b], 2) + Math.Pow(corners[a + 1] - corners[b + 1], 2));
        double second = Math.Sqrt(Math.Pow(corners[c] - corners[d], 2) + Math.Pow(corners[c + 1] - corners[d + 1], 2));
        return Math.Max(1, (int)Math.Max(first, second));
    }

    private static double Mix(IReadOnlyList<double> corners, int axis, double along, double across)
    {
        double upper = corners[axis] + (corners[2 + axis] - corners[axis]) * along;
        double lower = corners[6 + axis] + (corners[4 + axis] - corners[6 + axis]) * along;
        return upper + (lower - upper) * across;
    }

    private static void Sample(DecodedImage image, double x, double y, Span<byte> target)
    {
        x = Math.Clamp(x, 0, image.Width - 1);
        y = Math.Clamp(y, 0, image.Height - 1);
        (int left, int top) = ((int)x, (int)y);
        (int right, int bottom) = (Math.Min(left + 1, image.Width - 1), Math.Min(top + 1, image.Height - 1));
        (double shareX, double shareY) = (x - left, y - top);
        ReadOnlySpan<byte> rgb = image.Rgb;
        for (int channel = 0; channel < 3; channel++)
        {
            double above = At(rgb, left, top) + (At(rgb, right, top) - At(rgb, left, top)) * shareX;
            double below = At(rgb, left, bottom) + (At(rgb, right, bottom) - At(rgb, left, bottom)) * shareX;
            target[channel] = (byte)(above + (below - above) * shareY + 0.5);

            double At(ReadOnlySpan<byte> pixels, int column, int row) => pixels[(row * image.Width + column) * 3 + channel];
        }
    }
}
