using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Labels;

/// <summary>A mask in CVAT's numbers.</summary>
public static class CvatRuns
{
    /// <summary>
    /// Runs along the rows of the mask's own rectangle, beginning with background, and then that rectangle's left, top, right and bottom in pixels, the last
    /// two belonging to it: the points of a mask in CVAT's interface.
    /// </summary>
    public static double[] Of(RunLengthMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        BoundingBox box = mask.Bounds;
        byte[] pixels = mask.ToPixels();
        List<double> runs = [0];
        for (int y = (int)box.Y; y < (int)box.Bottom; y++)
        {
            for (int x = (int)box.X; x < (int)box.Right; x++)
            {
                int value = pixels[y * mask.Width + x] == 0 ? 0 : 1;
                if (((runs.Count - 1) & 1) == value)
                {
                    runs[^1]++;
                }
                else
                {
                    runs.Add(1);
                }
            }
        }

        return [.. runs, box.X, box.Y, box.Right - 1, box.Bottom - 1];
    }
}
