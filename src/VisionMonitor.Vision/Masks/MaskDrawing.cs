using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Masks;

/// <summary>Collects a mask's runs down the columns, so that no picture of its pixels is needed.</summary>
internal static class MaskDrawing
{
    /// <summary>A mask whose pixels lie inside a rectangle.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="columns">Columns of the rectangle.</param>
    /// <param name="rows">Rows of the rectangle.</param>
    /// <param name="isInside">Whether the pixel in column x and row y belongs to the object.</param>
    public static RunLengthMask Draw(int width, int height, Range columns, Range rows, Func<int, int, bool> isInside)
    {
        (int left, int across) = columns.GetOffsetAndLength(width);
        (int top, int down) = rows.GetOffsetAndLength(height);
        List<uint> runs = [0];
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
        return RunLengthMask.FromCounts(height, width, [.. runs]);
    }

    private static void Append(List<uint> runs, int value, int length)
    {
        if (length == 0)
        {
            return;
        }

        if (((runs.Count - 1) & 1) == value)
        {
            runs[^1] += (uint)length;
        }
        else
        {
            runs.Add((uint)length);
        }
    }
}
