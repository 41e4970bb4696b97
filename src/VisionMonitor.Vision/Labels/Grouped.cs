using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Shapes of one label and one group are one object, as the COCO exporters of labelme and of CVAT (Datumaro) have it: outlines become its parts, masks are
/// united, a skeleton brings its joints, and a box drawn with them is the object's box. Boxes alone stay objects of their own, whatever their group.
/// </summary>
internal static class Grouped
{
    /// <summary>Joins; the place of an object is that of its first shape.</summary>
    public static List<(string Name, TruthInstance Object)> Join(IReadOnlyList<GroupedShape> shapes)
    {
        HashSet<(string, string)> joined = [.. shapes.Where(shape => shape is { Group: not null, IsFrame: false }).Select(shape => (shape.Name, shape.Group!))];
        return
        [
            .. shapes.Select((shape, index) => (Shape: shape, Key: shape.Group is { } group && joined.Contains((shape.Name, group)) ? group : FormattableString.Invariant($"\0{index}")))
                .GroupBy(pair => (pair.Shape.Name, pair.Key), pair => pair.Shape)
                .Select(one => (one.Key.Name, One([.. one]))),
        ];
    }

    private static TruthInstance One(IReadOnlyList<GroupedShape> shapes)
    {
        if (shapes.Count == 1)
        {
            return shapes[0].Object;
        }

        TruthInstance[] drawn = [.. shapes.Where(shape => !shape.IsFrame).Select(shape => shape.Object)];
        TruthInstance[] frames = [.. shapes.Where(shape => shape.IsFrame).Select(shape => shape.Object)];

        // Joints reach beyond an object's pixels; they frame it only where nothing else does.
        TruthInstance[] pixels = [.. shapes.Select(shape => shape.Object).Where(shape => shape.Joints.Count == 0)];
        TruthInstance[] outer = frames.Length == 1 ? frames : pixels.Length > 0 ? pixels : drawn;
        RunLengthMask[] masks = [.. drawn.Select(shape => shape.Mask).OfType<RunLengthMask>()];
        IReadOnlyList<double>[] outlines = [.. drawn.SelectMany(shape => shape.Polygons)];
        RunLengthMask? mask = null;
        if (masks.Length > 0)
        {
            // A mask cannot stand beside outlines in one object: they are filled.
            mask = masks.Concat(outlines.Select(outline => RunLengthMask.FromPolygon(masks[0].Height, masks[0].Width, [.. outline]))).Aggregate(RunLengthMask.Union);
            outlines = [];
        }

        IReadOnlyList<double> joints = drawn.Select(shape => shape.Joints).FirstOrDefault(joints => joints.Count > 0) ?? [];
        double area = mask?.Area ?? (outlines.Length > 0 ? drawn.Where(shape => shape.Joints.Count == 0).Sum(shape => shape.Box.AreaPixels) : Around(outer).Area);
        return new(new TruthBox(0, Around(outer), area)) { Polygons = outlines, Mask = mask, Joints = joints };
    }

    private static BoundingBox Around(IReadOnlyList<TruthInstance> shapes) => BoundingBox.FromCorners(
        shapes.Min(shape => shape.Box.Box.X), shapes.Min(shape => shape.Box.Box.Y), shapes.Max(shape => shape.Box.Box.Right), shapes.Max(shape => shape.Box.Box.Bottom));
}

/// <summary>A shape as a tool's file has it.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Group">Its group; null for none.</param>
/// <param name="IsFrame">Whether it is a plain box, which frames the others of its group.</param>
/// <param name="Object">The shape as an object of its own.</param>
internal sealed record GroupedShape(string Name, string? Group, bool IsFrame, TruthInstance Object);
