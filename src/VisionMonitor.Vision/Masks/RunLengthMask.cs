using System.Text;

namespace VisionMonitor.Vision.Masks;

/// <summary>
/// The pixels of one object as COCO keeps them: runs of alternately 0 and 1, down the columns from the left, beginning with 0. Small,
/// exact and the same in every tool.
/// </summary>
public sealed class RunLengthMask
{
    private readonly int[] _runs;

    /// <summary>A mask from its runs.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="runs">Lengths of runs of 0, 1, 0 and so on; together width × height.</param>
    public RunLengthMask(int width, int height, IReadOnlyList<int> runs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Any(run => run < 0) || runs.Sum(run => (long)run) != (long)width * height)
        {
            throw new ArgumentException($"The runs must not be negative and must add up to {(long)width * height}.", nameof(runs));
        }

        (Width, Height, _runs) = (width, height, [.. runs]);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Lengths of runs of 0, 1, 0 and so on.</summary>
    public IReadOnlyList<int> Runs => _runs;

    /// <summary>Number of pixels that belong to the object.</summary>
    public long AreaPixels
    {
        get
        {
            long area = 0;
            for (int run = 1; run < _runs.Length; run += 2)
            {
                area += _runs[run];
            }

            return area;
        }
    }

    /// <summary>A mask from pixels inside a rectangle; there are none outside it.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="columns">Columns of the rectangle.</param>
    /// <param name="rows">Rows of the rectangle.</param>
    /// <param name="isInside">Whether the pixel in column x and row y belongs to the object.</param>
    public static RunLengthMask From(int width, int height, Range columns, Range rows, Func<int, int, bool> isInside)
    {
        ArgumentNullException.ThrowIfNull(isInside);
        (int left, int across) = columns.GetOffsetAndLength(width);
        (int top, int down) = rows.GetOffsetAndLength(height);
        List<int> runs = [0];
        Append(runs, 0, left * height);
        for (int x = left; x < left + across; x++)
        {
            Append(runs, 0, top);
            for (int y = top; y < top + down; y++)
            {
                Append(runs, isInside(x, y) ? 1 : 0, 1);
            }

            Append(runs, 0, height - top - down);
        }

        Append(runs, 0, (width - left - across) * height);
        return new(width, height, runs);
    }

    private static void Append(List<int> runs, int value, int length)
    {
        if (length == 0)
        {
            return;
        }

        if (((runs.Count - 1) & 1) == value)
        {
            runs[^1] += length;
        }
        else
        {
            runs.Add(length);
        }
    }

    /// <summary>Writes 1 or 0 for every pixel, row-major, height × width.</summary>
    public void CopyTo(Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, Width * Height);
        int at = 0;
        for (int run = 0; run < _runs.Length; run++)
        {
            for (int end = at + _runs[run]; at < end; at++)
            {
                pixels[at % Height * Width + at / Height] = (byte)(run & 1);
            }
        }
    }

    /// <summary>
    /// COCO's compressed text: 5 bits per character from 48 on, a sixth says that more follow, and from the fourth run on the
    /// difference to the run two before.
    /// </summary>
    public string ToCocoText()
    {
        StringBuilder text = new();
        for (int index = 0; index < _runs.Length; index++)
        {
            long value = index > 2 ? (long)_runs[index] - _runs[index - 2] : _runs[index];
            bool hasMore = true;
            while (hasMore)
            {
                int digit = (int)(value & 31);
                value >>= 5;
                hasMore = (digit & 16) != 0 ? value != -1 : value != 0;
                text.Append((char)(48 + digit + (hasMore ? 32 : 0)));
            }
        }

        return text.ToString();
    }

    /// <summary>Reads COCO's compressed text.</summary>
    /// <exception cref="FormatException">The text is damaged, or its runs do not fill the mask.</exception>
    public static RunLengthMask FromCocoText(int width, int height, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> runs = [];
        int at = 0;
        long sum = 0;
        while (at < text.Length)
        {
            (long value, int shift, int digit) = (0, 0, 32);
            while ((digit & 32) != 0)
            {
                digit = at < text.Length ? text[at++] - 48 : -1;
                if (digit is < 0 or > 63 || shift > 50)
                {
                    throw new FormatException("The compressed runs are damaged.");
                }

                value |= (long)(digit & 31) << shift;
                shift += 5;
            }

            value = (digit & 16) != 0 ? value | (-1L << shift) : value;
            value += runs.Count > 2 ? runs[^2] : 0;
            sum += value;
            if (value < 0 || sum > (long)width * height)
            {
                throw new FormatException("The compressed runs do not fill the mask.");
            }

            runs.Add((int)value);
        }

        return sum == (long)width * height ? new(width, height, runs) : throw new FormatException("The compressed runs do not fill the mask.");
    }
}
