using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Labels;

/// <summary>What every format demands of a box.</summary>
internal static class BoxRules
{
    /// <summary>
    /// The box, unless it is empty (its overlap would be 0/0) or does not lie in its image. Labels that reach over an edge are common and
    /// kept as they are; those that miss the image, or reach out by more than its size, are mistakes.
    /// </summary>
    public static BoundingBox Checked(in BoundingBox box, int? imageWidth, int? imageHeight)
    {
        if (!double.IsFinite(box.X) || !double.IsFinite(box.Y) || !double.IsFinite(box.Width) || !double.IsFinite(box.Height))
        {
            throw new RowException("non_finite_number", "a side of the box is not finite");
        }

        if (box.Width <= 0 || box.Height <= 0)
        {
            throw new RowException("invalid_box", $"the box is {FormattableString.Invariant($"{box.Width} × {box.Height}")} pixels");
        }

        return IsNear(box.X, box.Right, imageWidth) && IsNear(box.Y, box.Bottom, imageHeight)
            ? box
            : throw new RowException("box_out_of_image", "the box does not lie in its image");
    }

    private static bool IsNear(double from, double to, int? side)
    {
        double length = side ?? 1_000_000;
        return from < length && to > 0 && from >= -length && to <= 2 * length;
    }
}
