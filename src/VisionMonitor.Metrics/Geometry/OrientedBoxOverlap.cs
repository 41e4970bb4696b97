namespace VisionMonitor.Metrics.Geometry;

/// <summary>How much two turned boxes overlap: the exact area of the common polygon, by clipping (Sutherland and Hodgman, 1974).</summary>
public static class OrientedBoxOverlap
{
    /// <summary>Intersection over union, 0 to 1.</summary>
    /// <param name="a">A box in pixels.</param>
    /// <param name="b">The other box, in the same frame.</param>
    /// <returns>0 where the boxes do not meet, where one is empty, and for NaN; up to about 1e-12 of rounding otherwise.</returns>
    public static double IntersectionOverUnion(in OrientedBox a, in OrientedBox b)
    {
        double common = Intersection(a, b);
        return common > 0 ? Math.Min(1, common / (a.Area + b.Area - common)) : 0;
    }

    /// <summary>Area of the common part in square pixels; 0 where the boxes do not meet.</summary>
    public static double Intersection(in OrientedBox a, in OrientedBox b)
    {
        if (!(a.Width > 0 && a.Height > 0 && b.Width > 0 && b.Height > 0))
        {
            return 0;
        }

        // Near the origin the products of coordinates keep their digits; four cuts of a quadrilateral leave at most eight corners.
        OrientedBox near = a with { CenterX = a.CenterX - b.CenterX, CenterY = a.CenterY - b.CenterY }, clip = b with { CenterX = 0, CenterY = 0 };
        Span<double> cutters = stackalloc double[8], from = stackalloc double[32], to = stackalloc double[32];
        near.WriteCorners(from);
        clip.WriteCorners(cutters);
        int count = 4;
        for (int side = 0; side < 4 && count > 0; side++)
        {
            int next = (side + 1) % 4;
            count = Cut(from, count, to, cutters[2 * side], cutters[(2 * side) + 1], cutters[2 * next], cutters[(2 * next) + 1]);
            Span<double> swap = from;
            from = to;
            to = swap;
        }

        double area = 0;
        for (int i = 0; i < count; i++)
        {
            int next = i + 1 < count ? i + 1 : 0;
            area += (from[2 * i] * from[(2 * next) + 1]) - (from[2 * next] * from[(2 * i) + 1]);
        }

        return area > 0 ? area / 2 : 0;
    }

    /// <summary>Keeps the part of a polygon to the inner side of one directed edge.</summary>
    private static int Cut(ReadOnlySpan<double> polygon, int count, Span<double> kept, double startX, double startY, double endX, double endY)
    {
        double Side(double x, double y) => ((endX - startX) * (y - startY)) - ((endY - startY) * (x - startX));
        int used = 0;
        for (int i = 0; i < count; i++)
        {
            int next = i + 1 < count ? i + 1 : 0;
            (double x, double y, double nextX, double nextY) = (polygon[2 * i], polygon[(2 * i) + 1], polygon[2 * next], polygon[(2 * next) + 1]);
            double here = Side(x, y), there = Side(nextX, nextY);
            if (here >= 0)
            {
                (kept[2 * used], kept[(2 * used) + 1]) = (x, y);
                used++;
            }

            if ((here > 0 && there < 0) || (here < 0 && there > 0))
            {
                double share = here / (here - there);
                (kept[2 * used], kept[(2 * used) + 1]) = (x + (share * (nextX - x)), y + (share * (nextY - y)));
                used++;
            }
        }

        return used;
    }
}
