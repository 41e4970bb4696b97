namespace VisionMonitor.Metrics.Geometry;

/// <summary>An axis-aligned box in pixels, as COCO writes it: left, top, width, height; right and bottom are exclusive.</summary>
/// <param name="X">Left edge in pixels; may lie outside the image.</param>
/// <param name="Y">Top edge in pixels; may lie outside the image.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public readonly record struct BoundingBox(double X, double Y, double Width, double Height)
{
    /// <summary>Width times height in square pixels; negative when exactly one of them is.</summary>
    public double Area => Width * Height;

    /// <summary>Right edge in pixels, exclusive.</summary>
    public double Right => X + Width;

    /// <summary>Bottom edge in pixels, exclusive.</summary>
    public double Bottom => Y + Height;

    /// <summary>The box between two corners in pixels; the second corner is exclusive.</summary>
    public static BoundingBox FromCorners(double left, double top, double right, double bottom) => new(left, top, right - left, bottom - top);
}
