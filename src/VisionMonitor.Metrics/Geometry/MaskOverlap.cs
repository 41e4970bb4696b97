namespace VisionMonitor.Metrics.Geometry;

/// <summary>A mask with its area and box at hand.</summary>
internal readonly struct MaskShape
{
    public MaskShape(RunLengthMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        (Mask, Area, Bounds) = (mask, mask.Area, mask.Bounds);
    }

    public RunLengthMask Mask { get; }

    public long Area { get; }

    public BoundingBox Bounds { get; }
}

/// <summary>Overlap of two masks, as maskApi counts it.</summary>
internal static class MaskOverlap
{
    /// <summary>Intersection over union, or over the prediction's area for a crowd.</summary>
    /// <param name="predicted">The predicted mask.</param>
    /// <param name="truth">The true mask.</param>
    /// <param name="isCrowd">Whether to divide by the prediction's area.</param>
    /// <param name="floor">An overlap that is surely below it may come out as 0: the caller does not care.</param>
    public static double Of(in MaskShape predicted, in MaskShape truth, bool isCrowd, double floor)
    {
        double common = BoxOverlap.Intersection(predicted.Bounds, truth.Bounds);
        if (!(common > 0))
        {
            return 0;
        }

        if (predicted.Mask.Height != truth.Mask.Height || predicted.Mask.Width != truth.Mask.Width)
        {
            return -1;
        }

        // The common part of the boxes, and each mask, bounds the common part of the masks.
        long most = Math.Min((long)common, Math.Min(predicted.Area, truth.Area));
        long both = predicted.Area + truth.Area;
        if (most < floor * (isCrowd ? predicted.Area : both - most))
        {
            return 0;
        }

        long intersection = Intersection(predicted.Mask.Edges, truth.Mask.Edges);
        return intersection == 0 ? 0 : intersection / (double)(isCrowd ? predicted.Area : both - intersection);
    }

    /// <summary>Common foreground pixels of two lists of run ends.</summary>
    private static long Intersection(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        long common = 0;
        int i = 1, j = 1;
        while (i < a.Length && j < b.Length)
        {
            uint endA = a[i], endB = b[j], start = Math.Max(a[i - 1], b[j - 1]), end = Math.Min(endA, endB);
            common += end > start ? end - start : 0;
            i += endA <= endB ? 2 : 0;
            j += endB <= endA ? 2 : 0;
        }

        return common;
    }
}
