using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>Keeps the strongest of boxes that show the same object, and brings what is left back to the image.</summary>
internal static class NonMaximumSuppression
{
    /// <summary>
    /// The kept candidates, strongest first: a box is dropped when a stronger one of its class overlaps it by more than the threshold.
    /// Of equal confidences the first in the network's order is the stronger.
    /// </summary>
    public static List<BoxCandidate> Keep(List<BoxCandidate> candidates, ModelThresholds thresholds)
    {
        SortStrongestFirst(candidates);
        List<BoxCandidate> kept = new(Math.Min(candidates.Count, thresholds.MaxBoxes));
        foreach (BoxCandidate candidate in candidates)
        {
            if (kept.Count == thresholds.MaxBoxes)
            {
                break;
            }

            if (!IsHidden(candidate, kept, (float)thresholds.Overlap))
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    public static void SortStrongestFirst(List<BoxCandidate> candidates) => candidates.Sort(static (a, b) =>
        a.Confidence != b.Confidence ? b.Confidence.CompareTo(a.Confidence) : a.Ordinal.CompareTo(b.Ordinal));

    /// <summary>
    /// Boxes in image pixels. A thousandth of a pixel and a millionth of confidence are far below what a network can mean, and stored
    /// predictions are half as long for it.
    /// </summary>
    public static PredictedBox[] ToImage(List<BoxCandidate> kept, in Placement placement)
    {
        PredictedBox[] boxes = new PredictedBox[kept.Count];
        for (int index = 0; index < boxes.Length; index++)
        {
            boxes[index] = ToImage(kept[index], placement);
        }

        return boxes;
    }

    public static PredictedBox ToImage(in BoxCandidate candidate, in Placement placement)
    {
        double left = Math.Round(placement.ToImageX(candidate.Left), 3);
        double top = Math.Round(placement.ToImageY(candidate.Top), 3);
        double right = Math.Max(left, placement.ToImageX(candidate.Right));
        double bottom = Math.Max(top, placement.ToImageY(candidate.Bottom));
        return new(
            candidate.ClassIndex,
            new BoundingBox(left, top, Math.Round(right - left, 3), Math.Round(bottom - top, 3)),
            Math.Clamp(Math.Round(candidate.Confidence, 6), 0, 1));
    }

    private static bool IsHidden(in BoxCandidate candidate, List<BoxCandidate> kept, float overlap)
    {
        foreach (BoxCandidate stronger in kept)
        {
            if (stronger.ClassIndex == candidate.ClassIndex && stronger.OverlapWith(candidate) > overlap)
            {
                return true;
            }
        }

        return false;
    }
}
