using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Masks;

/// <summary>Draws the outline of what was painted.</summary>
internal static class MaskOutline
{
    /// <summary>
    /// The outer outline of the largest part of a mask, along the edges of its pixels, clockwise: filled as COCO fills polygons it is that part again, holes
    /// closed. Pixels that touch at a corner only are different parts.
    /// </summary>
    /// <returns>x, y, x, y and so on in pixels; empty for an empty mask.</returns>
    public static double[] OfLargestPart(RunLengthMask mask)
    {
        byte[] pixels = mask.ToPixels();
        Dictionary<(int X, int Y), List<(int X, int Y)>> edges = Edges(mask, pixels);
        (long area, List<(int X, int Y)> best) = (0, []);
        foreach ((int X, int Y) start in edges.Keys.ToArray())
        {
            while (edges.ContainsKey(start))
            {
                List<(int X, int Y)> loop = Loop(edges, start);

                // The outline of a hole runs the other way: its area is negative.
                if (TwiceArea(loop) is var own && own > area)
                {
                    (area, best) = (own, loop);
                }
            }
        }

        return [.. best.SelectMany(corner => (double[])[corner.X, corner.Y])];
    }

    /// <summary>Every edge between a pixel of the mask and one outside, from its start, with the mask to its right.</summary>
    private static Dictionary<(int X, int Y), List<(int X, int Y)>> Edges(RunLengthMask mask, byte[] pixels)
    {
        Dictionary<(int X, int Y), List<(int X, int Y)>> edges = [];
        for (int at = 0; at < pixels.Length; at++)
        {
            (int x, int y) = (at % mask.Width, at / mask.Width);
            if (pixels[at] == 0)
            {
                continue;
            }

            Add(IsInside(x, y - 1), (x, y), (x + 1, y));
            Add(IsInside(x + 1, y), (x + 1, y), (x + 1, y + 1));
            Add(IsInside(x, y + 1), (x + 1, y + 1), (x, y + 1));
            Add(IsInside(x - 1, y), (x, y + 1), (x, y));
        }

        return edges;

        bool IsInside(int x, int y) => x >= 0 && y >= 0 && x < mask.Width && y < mask.Height && pixels[y * mask.Width + x] != 0;

        void Add(bool isInner, (int X, int Y) from, (int X, int Y) to)
        {
            if (!isInner)
            {
                (edges.TryGetValue(from, out List<(int X, int Y)>? ends) ? ends : edges[from] = []).Add(to);
            }
        }
    }

    /// <summary>Takes a closed way out of the edges; where two lead on, the right turn stays on the same part. Corners only.</summary>
    private static List<(int X, int Y)> Loop(Dictionary<(int X, int Y), List<(int X, int Y)>> edges, (int X, int Y) start)
    {
        List<(int X, int Y)> loop = [];
        ((int X, int Y) at, (int X, int Y) way) = (start, (0, 0));
        do
        {
            List<(int X, int Y)> ends = edges[at];
            (int X, int Y) right = (at.X - way.Y, at.Y + way.X);
            (int X, int Y) next = ends.Contains(right) ? right : ends[0];
            ends.Remove(next);
            if (ends.Count == 0)
            {
                edges.Remove(at);
            }

            (int X, int Y) onward = (next.X - at.X, next.Y - at.Y);
            if (onward != way)
            {
                loop.Add(at);
            }

            (at, way) = (next, onward);
        }
        while (at != start);
        return loop;
    }

    private static long TwiceArea(List<(int X, int Y)> loop)
    {
        long twice = 0;
        for (int corner = 0; corner < loop.Count; corner++)
        {
            ((int X, int Y) a, (int X, int Y) b) = (loop[corner], loop[(corner + 1) % loop.Count]);
            twice += ((long)a.X * b.Y) - ((long)b.X * a.Y);
        }

        return twice;
    }
}
