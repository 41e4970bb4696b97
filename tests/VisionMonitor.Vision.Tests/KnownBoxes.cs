using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Tests;

/// <summary>Compares detections with recorded ones: overlap at least 0.9, confidence within 0.06 (what resize kernels may move).</summary>
internal static class KnownBoxes
{
    public static void AssertFound(IReadOnlyList<PredictedBox> found, (int ClassIndex, double Confidence, double[] Corners)[] known, double overlap = 0.9)
    {
        foreach ((int classIndex, double confidence, double[] corners) in known)
        {
            BoundingBox box = BoundingBox.FromCorners(corners[0], corners[1], corners[2], corners[3]);
            PredictedBox best = found.Where(candidate => candidate.ClassIndex == classIndex).OrderByDescending(candidate => Overlap(candidate.Box, box)).FirstOrDefault();
            Overlap(best.Box, box).ShouldBeGreaterThanOrEqualTo(overlap, $"class {classIndex} at {string.Join(',', corners)}; found {string.Join("; ", found)}");
            best.Confidence.ShouldBe(confidence, 0.06, $"class {classIndex} at {string.Join(',', corners)}");
        }

        // Nothing sure is found beyond what is known.
        found.Count(box => box.Confidence > 0.56).ShouldBeLessThanOrEqualTo(known.Length, string.Join("; ", found));
    }

    private static double Overlap(in BoundingBox a, in BoundingBox b)
    {
        double width = Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X);
        double height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y);
        double shared = Math.Max(0, width) * Math.Max(0, height);
        return shared / (a.Area + b.Area - shared);
    }
}
