namespace VisionMonitor.Metrics.Text;

/// <summary>Area, intersection and validity of polygons that need not be convex.</summary>
public static class SimplePolygon
{
    /// <summary>The area of a simple polygon, at least 0.</summary>
    /// <param name="points">x and y in turn.</param>
    public static double Area(ReadOnlySpan<double> points) => Math.Abs(SignedArea(points));

    /// <summary>Intersection over union of two simple polygons, 0 to 1; 0 where both are empty.</summary>
    public static double IntersectionOverUnion(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double intersection = IntersectionArea(a, b), union = Area(a) + Area(b) - intersection;
        return union > 0 ? intersection / union : 0;
    }

    /// <summary>The area that two simple polygons share.</summary>
    /// <remarks>A polygon is the signed sum of the triangles between a pole and its edges, so the shared area is the signed sum of shared areas of triangles: exact for any simple polygon, and no special cases where edges coincide.</remarks>
    public static double IntersectionArea(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length < 6 || b.Length < 6 || !BoundsMeet(a, b))
        {
            return 0;
        }

        double poleX = a[0], poleY = a[1], sum = 0;
        Span<double> buffer = stackalloc double[32];
        for (int i = 0; i < a.Length; i += 2)
        {
            Triangle first = new(0, 0, a[i] - poleX, a[i + 1] - poleY, a[(i + 2) % a.Length] - poleX, a[(i + 3) % a.Length] - poleY);
            if (first.Twice == 0)
            {
                continue;
            }

            for (int j = 0; j < b.Length; j += 2)
            {
                Triangle second = new(0, 0, b[j] - poleX, b[j + 1] - poleY, b[(j + 2) % b.Length] - poleX, b[(j + 3) % b.Length] - poleY);
                if (second.Twice != 0)
                {
                    sum += Math.Sign(first.Twice) * Math.Sign(second.Twice) * Shared(first, second, buffer);
                }
            }
        }

        return Math.Clamp(Math.Abs(sum), 0, Math.Min(Area(a), Area(b)));
    }

    /// <summary>Whether the polygon has an area and no two of its edges cross, touch or overlap, except neighbours at their common point.</summary>
    public static bool IsValid(ReadOnlySpan<double> points)
    {
        double[] ring = WithoutRepeats(points);
        int count = ring.Length / 2;
        if (count < 3)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                bool areNeighbours = j == i + 1 || (i == 0 && j == count - 1);
                if (areNeighbours ? TurnsBack(ring, i, j) : Touch(ring, i, j))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static double SignedArea(ReadOnlySpan<double> points)
    {
        double sum = 0;
        for (int i = 0; i + 1 < points.Length; i += 2)
        {
            int next = (i + 2) % points.Length;
            sum += ((points[i] - points[0]) * (points[next + 1] - points[1])) - ((points[next] - points[0]) * (points[i + 1] - points[1]));
        }

        return sum / 2;
    }

    private static bool BoundsMeet(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (int axis = 0; axis < 2; axis++)
        {
            (double aLow, double aHigh, double bLow, double bHigh) = (a[axis], a[axis], b[axis], b[axis]);
            for (int i = axis; i < a.Length; i += 2)
            {
                (aLow, aHigh) = (Math.Min(aLow, a[i]), Math.Max(aHigh, a[i]));
            }

            for (int i = axis; i < b.Length; i += 2)
            {
                (bLow, bHigh) = (Math.Min(bLow, b[i]), Math.Max(bHigh, b[i]));
            }

            if (aHigh < bLow || bHigh < aLow)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Clips one triangle by the three edges of the other (Sutherland and Hodgman) and takes the area of what remains.</summary>
    private static double Shared(Triangle subject, Triangle clip, Span<double> buffer)
    {
        Span<double> from = buffer[..16], to = buffer[16..];
        int count = subject.CopyTo(from);
        for (int edge = 0; edge < 3 && count > 0; edge++)
        {
            (double ax, double ay, double bx, double by) = clip.Edge(edge);
            int kept = 0;
            for (int i = 0; i < count; i++)
            {
                int next = (i + 1) % count;
                (double px, double py, double qx, double qy) = (from[2 * i], from[(2 * i) + 1], from[2 * next], from[(2 * next) + 1]);
                double p = ((bx - ax) * (py - ay)) - ((by - ay) * (px - ax)), q = ((bx - ax) * (qy - ay)) - ((by - ay) * (qx - ax));
                if (p >= 0)
                {
                    (to[2 * kept], to[(2 * kept) + 1]) = (px, py);
                    kept++;
                }

                if ((p > 0 && q < 0) || (p < 0 && q > 0))
                {
                    double share = p / (p - q);
                    (to[2 * kept], to[(2 * kept) + 1]) = (px + (share * (qx - px)), py + (share * (qy - py)));
                    kept++;
                }
            }

            count = kept;
            Span<double> swap = from;
            from = to;
            to = swap;
        }

        return count < 3 ? 0 : Math.Abs(SignedArea(from[..(2 * count)]));
    }

    private static double[] WithoutRepeats(ReadOnlySpan<double> points)
    {
        var ring = new List<double>(points.Length);
        for (int i = 0; i + 1 < points.Length; i += 2)
        {
            if (ring.Count == 0 || ring[^2] != points[i] || ring[^1] != points[i + 1])
            {
                ring.Add(points[i]);
                ring.Add(points[i + 1]);
            }
        }

        while (ring.Count > 2 && ring[0] == ring[^2] && ring[1] == ring[^1])
        {
            ring.RemoveRange(ring.Count - 2, 2);
        }

        return [.. ring];
    }

    private static double Cross(double[] ring, int a, int b, int c)
    {
        int count = ring.Length / 2;
        (a, b, c) = (2 * (a % count), 2 * (b % count), 2 * (c % count));
        return ((ring[b] - ring[a]) * (ring[c + 1] - ring[a + 1])) - ((ring[b + 1] - ring[a + 1]) * (ring[c] - ring[a]));
    }

    private static bool TurnsBack(double[] ring, int i, int j)
    {
        int count = ring.Length / 2, middle = j == i + 1 ? j : i, before = j == i + 1 ? i : j, after = (middle + 1) % count;
        if (Cross(ring, before, middle, after) != 0)
        {
            return false;
        }

        double dot = ((ring[2 * middle] - ring[2 * before]) * (ring[2 * after] - ring[2 * middle])) + ((ring[(2 * middle) + 1] - ring[(2 * before) + 1]) * (ring[(2 * after) + 1] - ring[(2 * middle) + 1]));
        return dot < 0;
    }

    private static bool Touch(double[] ring, int i, int j)
    {
        double c1 = Cross(ring, i, i + 1, j), c2 = Cross(ring, i, i + 1, j + 1), c3 = Cross(ring, j, j + 1, i), c4 = Cross(ring, j, j + 1, i + 1);
        return (Math.Sign(c1) * Math.Sign(c2) < 0 && Math.Sign(c3) * Math.Sign(c4) < 0)
            || (c1 == 0 && IsBetween(ring, i, i + 1, j)) || (c2 == 0 && IsBetween(ring, i, i + 1, j + 1))
            || (c3 == 0 && IsBetween(ring, j, j + 1, i)) || (c4 == 0 && IsBetween(ring, j, j + 1, i + 1));
    }

    private static bool IsBetween(double[] ring, int a, int b, int c)
    {
        int count = ring.Length / 2;
        (a, b, c) = (2 * (a % count), 2 * (b % count), 2 * (c % count));
        return Math.Min(ring[a], ring[b]) <= ring[c] && ring[c] <= Math.Max(ring[a], ring[b])
            && Math.Min(ring[a + 1], ring[b + 1]) <= ring[c + 1] && ring[c + 1] <= Math.Max(ring[a + 1], ring[b + 1]);
    }

    /// <summary>A triangle whose corners are kept in counter-clockwise order.</summary>
    private readonly struct Triangle
    {
        private readonly double _ax, _ay, _bx, _by, _cx, _cy;

        public Triangle(double ax, double ay, double bx, double by, double cx, double cy)
        {
            Twice = ((bx - ax) * (cy - ay)) - ((by - ay) * (cx - ax));
            (_ax, _ay) = (ax, ay);
            (_bx, _by, _cx, _cy) = Twice >= 0 ? (bx, by, cx, cy) : (cx, cy, bx, by);
        }

        /// <summary>Twice the signed area in the given order.</summary>
        public double Twice { get; }

        public (double Ax, double Ay, double Bx, double By) Edge(int index) => index switch { 0 => (_ax, _ay, _bx, _by), 1 => (_bx, _by, _cx, _cy), _ => (_cx, _cy, _ax, _ay) };

        public int CopyTo(Span<double> target)
        {
            (target[0], target[1], target[2], target[3], target[4], target[5]) = (_ax, _ay, _bx, _by, _cx, _cy);
            return 3;
        }
    }
}
