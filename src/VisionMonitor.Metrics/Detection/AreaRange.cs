namespace VisionMonitor.Metrics.Detection;

/// <summary>A range of object sizes; both ends belong to it, as in pycocotools.</summary>
/// <param name="Name">Name shown in reports: all, small, medium, large.</param>
/// <param name="LowerPixels">Smallest area in square pixels.</param>
/// <param name="UpperPixels">Largest area in square pixels.</param>
public sealed record AreaRange(string Name, double LowerPixels, double UpperPixels)
{
    /// <summary>All sizes: 0 to 1e10.</summary>
    public static AreaRange All { get; } = new("all", 0, 1e10);

    /// <summary>Up to 32².</summary>
    public static AreaRange Small { get; } = new("small", 0, 1024);

    /// <summary>32² to 96².</summary>
    public static AreaRange Medium { get; } = new("medium", 1024, 9216);

    /// <summary>From 96².</summary>
    public static AreaRange Large { get; } = new("large", 9216, 1e10);

    /// <summary>Whether an area lies in the range, both ends included.</summary>
    public bool Contains(double areaPixels) => !(areaPixels < LowerPixels || areaPixels > UpperPixels);
}
