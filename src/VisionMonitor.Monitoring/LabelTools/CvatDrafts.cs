using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>Drafts as CVAT's labelled data: tags, rectangles, polygons and masks of frames.</summary>
internal static class CvatDrafts
{
    /// <param name="batch">Images and drafts.</param>
    /// <param name="frames">Image names by frame, as CVAT ordered them.</param>
    /// <param name="labels">CVAT's ids of the classes, by index.</param>
    public static object Of(LabelBatch batch, IReadOnlyList<string> frames, IReadOnlyList<long> labels)
    {
        Dictionary<string, int> frameOf = frames.Select((name, frame) => (name, frame)).ToDictionary(pair => pair.name, pair => pair.frame);
        List<object> tags = [], shapes = [];
        foreach (BatchImage image in batch.Images)
        {
            int frame = frameOf[image.Name];
            switch (image.Draft)
            {
                case ClassificationTruth(int classIndex):
                    tags.Add(new { frame, label_id = labels[classIndex], group = 0, source = "auto", attributes = Array.Empty<object>() });
                    break;
                case InstanceTruth { Instances: var instances }:
                    shapes.AddRange(instances.Select(one => Shape(frame, labels[one.Box.ClassIndex], one)));
                    break;
                case DetectionTruth { Boxes: var boxes }:
                    foreach (var box in boxes)
                    {
                        shapes.Add(Shape(frame, labels[box.ClassIndex], new TruthInstance(box)));
                    }

                    break;
            }
        }

        return new { version = 0, tags, shapes, tracks = Array.Empty<object>() };
    }

    private static object Shape(int frame, long label, TruthInstance drawn)
    {
        BoundingBox box = drawn.Box.Box;
        (string type, IReadOnlyList<double> points) = drawn switch
        {
            { Mask: { } mask } => ("mask", CvatRuns.Of(mask)),
            { Polygons: [var outline, ..] } => ("polygon", outline),
            _ => ("rectangle", [box.X, box.Y, box.Right, box.Bottom]),
        };
        return new { type, frame, label_id = label, points, rotation = 0, occluded = false, outside = false, z_order = 0, group = 0, source = "auto", attributes = Array.Empty<object>() };
    }
}
