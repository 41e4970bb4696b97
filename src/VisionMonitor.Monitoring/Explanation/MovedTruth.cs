using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>The truth of an image after a corruption that moves what is in it.</summary>
public static class MovedTruth
{
    // An object of which less than this is left in the picture is no longer asked for.
    private const double LeastVisible = 0.25;

    /// <summary>The truth after corruptions in turn; null where this kind of truth cannot be moved.</summary>
    public static Truth? Of(Truth truth, IReadOnlyList<CorruptionStep> steps, int width, int height) =>
        steps.Aggregate<CorruptionStep, Truth?>(truth, (moved, step) => moved is null ? null : Of(moved, ImageCorruptions.Find(step.Corruption)!, step.Strength, width, height));

    /// <summary>The truth; null where this kind of truth cannot be moved.</summary>
    public static Truth? Of(Truth truth, ICorruption corruption, double strength, int width, int height) => truth switch
    {
        _ when !corruption.MovesObjects => truth,
        ClassificationTruth => truth,
        DetectionTruth { Joints: null } boxes => new DetectionTruth([.. boxes.Boxes.Select(box => Moved(box, corruption, strength, width, height)).OfType<TruthBox>()]),
        TextTruth text => new TextTruth([.. text.Lines.Select(line => Moved(line, corruption, strength, width, height))]),
        _ => null,
    };

    /// <summary>A line that the edge cuts cannot be read whole: nobody is asked about it.</summary>
    private static TruthLine Moved(TruthLine line, ICorruption corruption, double strength, int width, int height)
    {
        double[] corners = [.. line.Corners.Chunk(2).SelectMany(corner => corruption.Move(corner[0], corner[1], width, height, strength) is var (x, y) ? (double[])[x, y] : [])];
        bool isCut = corners.Where((place, at) => place < -1 || place > (at % 2 == 0 ? width : height) + 1).Any();
        return line with { Corners = corners, IsIgnored = line.IsIgnored || isCut };
    }

    private static TruthBox? Moved(TruthBox truth, ICorruption corruption, double strength, int width, int height)
    {
        BoundingBox box = truth.Box;
        (double X, double Y)[] corners =
        [
            .. ((double X, double Y)[])[(box.X, box.Y), (box.X + box.Width, box.Y), (box.X, box.Y + box.Height), (box.X + box.Width, box.Y + box.Height)],
        ];
        (double X, double Y)[] moved = [.. corners.Select(corner => corruption.Move(corner.X, corner.Y, width, height, strength))];
        (double left, double top, double right, double bottom) = (moved.Min(point => point.X), moved.Min(point => point.Y), moved.Max(point => point.X), moved.Max(point => point.Y));
        double whole = (right - left) * (bottom - top);
        (left, top, right, bottom) = (Math.Max(0, left), Math.Max(0, top), Math.Min(width, right), Math.Min(height, bottom));
        double seen = Math.Max(0, right - left) * Math.Max(0, bottom - top);
        return whole <= 0 || seen < LeastVisible * whole ? null : truth with { Box = new BoundingBox(left, top, right - left, bottom - top), AreaPixels = seen };
    }
}
