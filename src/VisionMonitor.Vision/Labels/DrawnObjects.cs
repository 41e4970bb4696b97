using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>Makes objects out of what formats draw, and settles whether a set is of boxes or of shapes.</summary>
internal static class DrawnObjects
{
    /// <summary>An object of one outline; <paramref name="corners"/> are x, y, x, y and so on in pixels.</summary>
    public static TruthInstance OfPolygon(int classIndex, double[] corners) =>
        new(new TruthBox(classIndex, Polygon.Bounds(corners), Polygon.Area(corners))) { Polygons = [corners] };

    /// <summary>A box that is turned clockwise about a point, as the four corners that it has then.</summary>
    public static double[] Turned(in BoundingBox box, double degrees, double aboutX, double aboutY)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double[] corners = [box.X, box.Y, box.Right, box.Y, box.Right, box.Bottom, box.X, box.Bottom];
        for (int at = 0; at < corners.Length; at += 2)
        {
            (double x, double y) = (corners[at] - aboutX, corners[at + 1] - aboutY);
            (corners[at], corners[at + 1]) = (aboutX + x * cos - y * sin, aboutY + x * sin + y * cos);
        }

        return corners;
    }

    /// <summary>Shapes stay where they are wanted and at least one object has one; otherwise boxes are left.</summary>
    public static LabelSet Settle(IReadOnlyList<string> classes, IReadOnlyList<LabelledImage> images, LabelOptions options)
    {
        bool areShapes = options.KeepShapes && images.Any(image => image.Truth is InstanceTruth { Instances: var all } && all.Any(one => one.HasShape));
        return areShapes
            ? new(VisionTask.InstanceSegmentation, classes, images)
            : new(VisionTask.Detection, classes, [.. images.Select(image => image.Truth is InstanceTruth shapes ? image with { Truth = shapes.ToBoxesWithJoints() } : image)]);
    }

    /// <summary>What a format of named objects gives: its images, settled, and the report of them.</summary>
    public static LabelRead Read(NamedBoxes named, IReadOnlyList<LabelledImage> images, LabelOptions options, ReadReportBuilder report) => new(
        Settle(named.Classes, images, options),
        report.Build(images.Count, named.KeptCount, ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder)));

    /// <summary>The objects of a truth of boxes or of shapes.</summary>
    public static IReadOnlyList<TruthInstance> Of(Truth truth) => truth switch
    {
        InstanceTruth { Instances: var instances } => instances,
        DetectionTruth { Boxes: var boxes, Joints: var joints } => [.. boxes.Select((box, index) => new TruthInstance(box) { Joints = joints?[index] ?? [] })],
        _ => [],
    };
}
