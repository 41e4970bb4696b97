using VisionMonitor.Metrics.Detection;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>Labelled images of one task, whatever file they came from.</summary>
/// <param name="Task">The task of every truth in it.</param>
/// <param name="Classes">Class names by class index.</param>
/// <param name="Images">Every image, also those in which a person found nothing.</param>
public sealed record LabelSet(VisionTask Task, IReadOnlyList<string> Classes, IReadOnlyList<LabelledImage> Images)
{
    /// <summary>Classes of ground, not of objects that can be counted; only panoptic formats tell.</summary>
    public IReadOnlyList<string> StuffClasses { get; init; } = [];

    /// <summary>
    /// The same truths under the class indices of a model. Names are compared without case; what the model does not know is dropped and
    /// named in <paramref name="report"/>.
    /// </summary>
    /// <param name="modelClasses">The model's class names by index.</param>
    /// <param name="report">The report of the reading; the returned one adds what was dropped here.</param>
    public (LabelSet Set, ReadReport Report) InClassesOf(IReadOnlyList<string> modelClasses, ReadReport report)
    {
        ArgumentNullException.ThrowIfNull(modelClasses);
        ArgumentNullException.ThrowIfNull(report);
        int[] modelIndex = [.. Classes.Select(name => FindIndex(modelClasses, name))];
        ReadReportBuilder changes = new();
        List<LabelledImage> images = [];
        foreach (LabelledImage image in Images)
        {
            if (Translate(image, modelIndex, changes) is { } truth)
            {
                images.Add(image with { Truth = truth });
            }
        }

        string[] unknown = [.. Classes.Where((_, index) => modelIndex[index] < 0)];
        string[] stuff = [.. modelClasses.Where(name => FindIndex(StuffClasses, name) >= 0)];
        return (new(Task, modelClasses, images) { StuffClasses = stuff }, report.With(changes) with { ClassesNotInModel = unknown });
    }

    /// <summary>The same objects as boxes, for formats that hold no shapes.</summary>
    public LabelSet ToBoxes() =>
        this with { Task = VisionTask.Detection, Images = [.. Images.Select(image => image.Truth is InstanceTruth shapes ? image with { Truth = shapes.ToBoxes() } : image)] };

    /// <summary>The same objects with outlines instead of masks, for receivers that draw none: of an object in parts its largest.</summary>
    public LabelSet ToOutlines() => this with
    {
        Images = [.. Images.Select(image => image.Truth is InstanceTruth { Instances: var all } ? image with { Truth = new InstanceTruth([.. all.Select(Outlined)]) } : image)],
    };

    private static TruthInstance Outlined(TruthInstance one) => one.Mask is { } mask ? one with { Mask = null, Polygons = [MaskOutline.OfLargestPart(mask)] } : one;

    /// <summary>The same set under the images' own names, where Roboflow exported them as <c>name_jpg.rf.0123abcd.jpg</c>.</summary>
    public LabelSet WithOriginalNames() => this with { Images = [.. Images.Select(image => image with { FileName = image.OriginalName })] };

    /// <summary>The same set with the sizes of images that the labels do not say, read from the headers of the files in a folder.</summary>
    public LabelSet WithSizes(string folder) => this with { Images = [.. Images.Select(image => image is { Width: not null, Height: not null } ? image : SizedFrom(image, Path.Combine(folder, image.FileName)))] };

    private static LabelledImage SizedFrom(LabelledImage image, string file)
    {
        if (!File.Exists(file))
        {
            return image;
        }

        try
        {
            Vision.Images.ImageHeader header = Vision.Images.ImageDecoder.ReadHeader(File.ReadAllBytes(file), Vision.Images.ImageLimits.Default);
            return image with { Width = header.Width, Height = header.Height };
        }
        catch (Vision.Images.ImageFormatException)
        {
            // What is no image has no size; a format that needs one names it.
            return image;
        }
    }

    private Truth? Translate(LabelledImage image, int[] modelIndex, ReadReportBuilder changes)
    {
        switch (image.Truth)
        {
            case ClassificationTruth(int classIndex) when modelIndex[classIndex] < 0:
                changes.Drop(image.FileName, "class_not_in_model", $"the model has no class '{Classes[classIndex]}'");
                return null;
            case ClassificationTruth(int classIndex):
                return new ClassificationTruth(modelIndex[classIndex]);
            case DetectionTruth(IReadOnlyList<TruthBox> boxes):
                List<TruthBox> kept = [];
                foreach (TruthBox box in boxes)
                {
                    if (modelIndex[box.ClassIndex] < 0)
                    {
                        changes.Drop(image.FileName, "class_not_in_model", $"the model has no class '{Classes[box.ClassIndex]}'");
                    }
                    else
                    {
                        kept.Add(box with { ClassIndex = modelIndex[box.ClassIndex] });
                    }
                }

                return new DetectionTruth(kept);
            case InstanceTruth(IReadOnlyList<TruthInstance> instances):
                List<TruthInstance> known = [];
                foreach (TruthInstance instance in instances)
                {
                    if (modelIndex[instance.Box.ClassIndex] < 0)
                    {
                        changes.Drop(image.FileName, "class_not_in_model", $"the model has no class '{Classes[instance.Box.ClassIndex]}'");
                    }
                    else
                    {
                        known.Add(instance with { Box = instance.Box with { ClassIndex = modelIndex[instance.Box.ClassIndex] } });
                    }
                }

                return new InstanceTruth(known);
            case SemanticTruth(ClassMap map):
                return new SemanticTruth(map.With(index => index >= 0 && index < modelIndex.Length && modelIndex[index] >= 0 ? modelIndex[index] : SemanticTruth.Ignored));
            case PanopticTruth(ClassMap map, IReadOnlyList<TruthSegment> segments):
                TruthSegment[] seen = [.. segments.Where(segment => modelIndex[segment.ClassIndex] >= 0).Select(segment => segment with { ClassIndex = modelIndex[segment.ClassIndex] })];
                HashSet<int> ids = [.. seen.Select(segment => segment.Id)];
                foreach (TruthSegment unknown in segments.Where(segment => !ids.Contains(segment.Id)))
                {
                    changes.Drop(image.FileName, "class_not_in_model", $"the model has no class '{Classes[unknown.ClassIndex]}'");
                }

                return new PanopticTruth(map.With(id => ids.Contains(id) ? id : 0), seen);
            default:
                return image.Truth;
        }
    }

    private static int FindIndex(IReadOnlyList<string> names, string name)
    {
        for (int index = 0; index < names.Count; index++)
        {
            if (string.Equals(names[index], name, StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        return -1;
    }
}
