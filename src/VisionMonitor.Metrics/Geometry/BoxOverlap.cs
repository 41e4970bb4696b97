using System.Runtime.CompilerServices;

namespace VisionMonitor.Metrics.Geometry;

/// <summary>
/// How much two axis-aligned boxes overlap. The order of the operations is that of maskApi (pycocotools 2.0.11), so the
/// results are equal to its results to the last bit: no clipping to the image, no added pixel.
/// </summary>
public static class BoxOverlap
{
    /// <summary>Intersection over union of two boxes, 0 to 1.</summary>
    /// <param name="a">A box in pixels, right and bottom edges exclusive.</param>
    /// <param name="b">The other box, in the same frame.</param>
    /// <returns>0 where the boxes do not meet, and where one of them is empty; NaN coordinates give 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double IntersectionOverUnion(in BoundingBox a, in BoundingBox b)
    {
        double intersection = Intersection(a, b);
        return intersection > 0 ? intersection / (a.Area + b.Area - intersection) : 0;
    }

    /// <summary>The part of a prediction that lies in a crowd region, 0 to 1: COCO divides by the prediction's own area.</summary>
    /// <param name="predicted">The predicted box in pixels.</param>
    /// <param name="crowd">The crowd region in the same frame.</param>
    /// <returns>0 where the boxes do not meet.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double IntersectionOverPredicted(in BoundingBox predicted, in BoundingBox crowd)
    {
        double intersection = Intersection(predicted, crowd);
        return intersection > 0 ? intersection / predicted.Area : 0;
    }

    /// <summary>Area of the common part of two boxes in square pixels; 0 where they do not meet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Intersection(in BoundingBox a, in BoundingBox b)
    {
        // Math.Min and Math.Max hand a NaN on, and no comparison with NaN holds, so that it ends as "do not meet".
        double width = Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X);
        if (!(width > 0))
        {
            return 0;
        }

        double height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y);
        return height > 0 ? width * height : 0;
    }
}
