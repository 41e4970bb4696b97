using System.Text.Json.Serialization;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Truths;

/// <summary>One object as it was drawn: its box, and what else the file says of its shape.</summary>
/// <param name="Box">Class, box, area and whether it is a crowd.</param>
public sealed record TruthInstance(TruthBox Box)
{
    /// <summary>Its outlines as x, y, x, y and so on in pixels; several where it is cut in parts. Empty where none was drawn.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Polygons { get; init; } = [];

    /// <summary>Its pixels, where they were painted instead of outlined.</summary>
    public RunLengthMask? Mask { get; init; }

    /// <summary>Joints as x, y and visibility (0 not labelled, 1 hidden, 2 visible) by turns, in pixels; empty where it has none.</summary>
    public IReadOnlyList<double> Joints { get; init; } = [];

    /// <summary>Whether there is more than a box.</summary>
    [JsonIgnore]
    public bool HasShape => Polygons.Count > 0 || Mask is not null || Joints.Count > 0;

    /// <summary>Its pixels in an image of this size: the mask, the outlines filled, or else the box filled.</summary>
    public RunLengthMask Pixels(int height, int width)
    {
        if (Mask is not null)
        {
            return Mask;
        }

        RunLengthMask? all = null;
        foreach (IReadOnlyList<double> polygon in Polygons)
        {
            RunLengthMask part = RunLengthMask.FromPolygon(height, width, [.. polygon]);
            all = all is null ? part : RunLengthMask.Union(all, part);
        }

        return all ?? RunLengthMask.FromBox(height, width, Box.Box);
    }
}
