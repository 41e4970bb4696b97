namespace VisionMonitor.Metrics.Geometry;

/// <summary>A box turned about its centre, in pixels.</summary>
/// <param name="CenterX">Centre, from the left.</param>
/// <param name="CenterY">Centre, from the top.</param>
/// <param name="Width">Length of the side that lies along the angle; at least 0.</param>
/// <param name="Height">Length of the other side; at least 0.</param>
/// <param name="AngleRadians">Turn from the x axis toward the y axis: clockwise as seen, since y points down.</param>
public readonly record struct OrientedBox(double CenterX, double CenterY, double Width, double Height, double AngleRadians)
{
    /// <summary>Width times height in square pixels.</summary>
    public double Area => Width * Height;

    /// <summary>The four corners, x and y in turn, in the direction of the angle.</summary>
    /// <param name="corners">Receives 8 numbers.</param>
    public void WriteCorners(Span<double> corners)
    {
        (double sine, double cosine) = Math.SinCos(AngleRadians);
        ReadOnlySpan<double> signs = [-1, -1, 1, -1, 1, 1, -1, 1];
        for (int i = 0; i < 4; i++)
        {
            double along = signs[2 * i] * Width / 2, across = signs[(2 * i) + 1] * Height / 2;
            corners[2 * i] = CenterX + (along * cosine) - (across * sine);
            corners[(2 * i) + 1] = CenterY + (along * sine) + (across * cosine);
        }
    }
}
