namespace VisionMonitor.Vision.Text;

/// <summary>A rectangle at any angle.</summary>
/// <param name="CentreX">Its centre.</param>
/// <param name="CentreY">Its centre.</param>
/// <param name="Width">Length along its direction.</param>
/// <param name="Height">Length across its direction.</param>
/// <param name="Radians">Its direction; 0 to the right, positive downwards.</param>
internal readonly record struct TurnedRectangle(double CentreX, double CentreY, double Width, double Height, double Radians)
{
    /// <summary>The rectangle of least area around points: one of its sides lies on a side of their hull.</summary>
    public static TurnedRectangle Around(IReadOnlyList<(int X, int Y)> points)
    {
        IReadOnlyList<(double X, double Y)> hull = [.. Labels.Polygon.Hull([.. points.Select(point => ((double)point.X, (double)point.Y))]).Chunk(2).Select(corner => (corner[0], corner[1]))];
        TurnedRectangle best = AlongDirection(hull, 0);
        for (int index = 0; index < hull.Count; index++)
        {
            (double x, double y) = hull[index];
            (double nextX, double nextY) = hull[(index + 1) % hull.Count];
            TurnedRectangle candidate = AlongDirection(hull, Math.Atan2(nextY - y, nextX - x));
            best = candidate.Width * candidate.Height < best.Width * best.Height ? candidate : best;
        }

        return best;
    }

    /// <summary>The same rectangle with every side moved outwards.</summary>
    public TurnedRectangle Grown(double reach) => this with { Width = Width + 2 * reach, Height = Height + 2 * reach };

    /// <summary>x and y of its corners, clockwise, from the one that is the top left as a person would say.</summary>
    public double[] Corners()
    {
        (double cos, double sin) = (Math.Cos(Radians) / 2, Math.Sin(Radians) / 2);
        (double X, double Y)[] corners =
        [
            (CentreX - cos * Width + sin * Height, CentreY - sin * Width - cos * Height),
            (CentreX + cos * Width + sin * Height, CentreY + sin * Width - cos * Height),
            (CentreX + cos * Width - sin * Height, CentreY + sin * Width + cos * Height),
            (CentreX - cos * Width - sin * Height, CentreY - sin * Width + cos * Height),
        ];

        // The two leftmost corners, the upper of them first; then the two rightmost.
        Array.Sort(corners, (a, b) => a.X.CompareTo(b.X));
        ((double X, double Y) top, (double X, double Y) bottom) = corners[0].Y <= corners[1].Y ? (corners[0], corners[1]) : (corners[1], corners[0]);
        ((double X, double Y) topRight, (double X, double Y) bottomRight) = corners[2].Y <= corners[3].Y ? (corners[2], corners[3]) : (corners[3], corners[2]);
        return [top.X, top.Y, topRight.X, topRight.Y, bottomRight.X, bottomRight.Y, bottom.X, bottom.Y];
    }

    /// <summary>The mean of a map's values whose pixels lie in the rectangle; 0 where none does.</summary>
    public double MeanInside(ReadOnlySpan<float> values, int width, int height)
    {
        (double cos, double sin) = (Math.Cos(Radians), Math.Sin(Radians));
        double reachX = (Math.Abs(cos) * Width + Math.Abs(sin) * Height) / 2;
        double reachY = (Math.Abs(sin) * Width + Math.Abs(cos) * Height) / 2;
        (double sum, int count) = (0, 0);
        for (int y = Math.Max(0, (int)(CentreY - reachY)); y <= Math.Min(height - 1, (int)(CentreY + reachY + 1)); y++)
        {
            for (int x = Math.Max(0, (int)(CentreX - reachX)); x <= Math.Min(width - 1, (int)(CentreX + reachX + 1)); x++)
            {
                double along = (x - CentreX) * cos + (y - CentreY) * sin;
                double across = (y - CentreY) * cos - (x - CentreX) * sin;
                if (Math.Abs(along) <= Width / 2 + 1e-9 && Math.Abs(across) <= Height / 2 + 1e-9)
                {
                    sum += values[y * width + x];
                    count++;
                }
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    private static TurnedRectangle AlongDirection(IReadOnlyList<(double X, double Y)> points, double radians)
    {
        (double cos, double sin) = (Math.Cos(radians), Math.Sin(radians));
        (double left, double right, double top, double bottom) = (double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);
        foreach ((double x, double y) in points)
        {
            (double along, double across) = (x * cos + y * sin, y * cos - x * sin);
            (left, right) = (Math.Min(left, along), Math.Max(right, along));
            (top, bottom) = (Math.Min(top, across), Math.Max(bottom, across));
        }

        (double middleAlong, double middleAcross) = ((left + right) / 2, (top + bottom) / 2);
        return new(middleAlong * cos - middleAcross * sin, middleAlong * sin + middleAcross * cos, right - left, bottom - top, radians);
    }
}
