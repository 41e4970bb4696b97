using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Labels;

/// <summary>A polygon as x, y, x, y and so on, in pixels.</summary>
internal static class Polygon
{
    public static BoundingBox Bounds(ReadOnlySpan<double> coordinates)
    {
        (double left, double top, double right, double bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        for (int at = 0; at + 1 < coordinates.Length; at += 2)
        {
            (left, right) = (Math.Min(left, coordinates[at]), Math.Max(right, coordinates[at]));
            (top, bottom) = (Math.Min(top, coordinates[at + 1]), Math.Max(bottom, coordinates[at + 1]));
        }

        return BoundingBox.FromCorners(left, top, right, bottom);
    }

    /// <summary>The convex hull of points (Andrew's monotone chain).</summary>
    /// <returns>Its corners as x, y and so on; fewer than three where all points lie on one line.</returns>
    public static double[] Hull(IReadOnlyList<(double X, double Y)> points)
    {
        (double X, double Y)[] sorted = [.. points.Distinct().Order()];
        if (sorted.Length < 3)
        {
            return [.. sorted.SelectMany(point => (double[])[point.X, point.Y])];
        }

        List<(double X, double Y)> hull = [];
        foreach (IEnumerable<(double X, double Y)> pass in (IEnumerable<(double, double)>[])[sorted, sorted.Reverse()])
        {
            int first = hull.Count;
            foreach ((double X, double Y) point in pass)
            {
                while (hull.Count - first >= 2 && Turn(hull[^2], hull[^1], point) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(point);
            }

            hull.RemoveAt(hull.Count - 1);
        }

        return [.. hull.SelectMany(point => (double[])[point.X, point.Y])];

        static double Turn((double X, double Y) a, (double X, double Y) b, (double X, double Y) c) => (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
    }

    /// <summary>Half the sum of the cross products of neighbouring corners (the shoelace formula), whichever way they run.</summary>
    public static double Area(ReadOnlySpan<double> coordinates)
    {
        double twice = 0;
        int count = coordinates.Length / 2;
        for (int corner = 0; corner < count; corner++)
        {
            int next = (corner + 1) % count;
            twice += coordinates[2 * corner] * coordinates[2 * next + 1] - coordinates[2 * next] * coordinates[2 * corner + 1];
        }

        return Math.Abs(twice) / 2;
    }
}
