namespace VisionMonitor.Demo.ToyWorld;

/// <summary>A printed line on a label.</summary>
/// <param name="ObjectId">The object that carries the label.</param>
/// <param name="Text">What is printed.</param>
/// <param name="Quad">Corners in reading order: top left, top right, bottom right, bottom left.</param>
/// <param name="VisibleShare">How much of the quad is hidden neither by other objects nor by the frame, 0 to 1.</param>
public sealed record PrintedText(int ObjectId, string Text, IReadOnlyList<PixelPoint> Quad, double VisibleShare)
{
    private const double SmallestLegibleHeightPixels = 9;
    private const double LegibleShare = 0.95;

    /// <summary>From the line's foot to its head, across the reading direction, in pixels.</summary>
    public double HeightPixels
    {
        get
        {
            (double alongX, double alongY) = (Quad[1].X - Quad[0].X, Quad[1].Y - Quad[0].Y);
            (double downX, double downY) = (Quad[3].X - Quad[0].X, Quad[3].Y - Quad[0].Y);
            return Math.Abs((alongX * downY) - (alongY * downX)) / Math.Sqrt((alongX * alongX) + (alongY * alongY));
        }
    }

    /// <summary>Whether a person could read it; nobody is asked about the rest.</summary>
    public bool IsLegible => HeightPixels >= SmallestLegibleHeightPixels && VisibleShare >= LegibleShare;
}
