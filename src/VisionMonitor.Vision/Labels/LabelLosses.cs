using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>What a set would lose if it were written in a format. Nothing is lost in silence.</summary>
public static class LabelLosses
{
    private static readonly (LabelFeatures Feature, string Code, string Reason, Func<TruthInstance, bool> Has)[] _kinds =
    [
        (LabelFeatures.Crowds, "crowd_not_held", "a crowd or difficult region is written as a plain object", one => one.Box.IsCrowd),
        (LabelFeatures.Parts, "parts_not_held", "of an object in parts the largest is written", one => one.Polygons.Count > 1),
        (LabelFeatures.Masks, "mask_not_held", "of a painted object the outline of its largest part is written", one => one.Mask is not null),
        (LabelFeatures.Joints, "joints_not_held", "joints are left out", one => one.Joints.Count > 0),
    ];

    /// <summary>One note for each image and kind of loss, with how many objects it touches.</summary>
    public static IReadOnlyList<ReadNote> Of(LabelSet set, ILabelFormat format)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(format);
        List<ReadNote> notes = [];
        bool areJoints = format.Holds.HasFlag(LabelFeatures.Joints) && !format.Holds.HasFlag(LabelFeatures.Mixed)
            && set.Images.Any(image => DrawnObjects.Of(image.Truth).Any(one => one.Joints.Count > 0));
        foreach (LabelledImage image in set.Images)
        {
            if (NameIn(set, image, format) is { } name && name != image.FileName)
            {
                notes.Add(new(image.FileName, "name_not_held", $"without its image beside it, it reads back as {name}"));
            }

            if (image.Truth is TextTruth text && text.Lines.Count(line => line.IsIgnored && line.Text is not (TextLabels.Unreadable or "*")) is > 0 and int hidden)
            {
                notes.Add(new(image.FileName, "ignored_text_not_held", $"what a line says that nobody is asked about is written as {TextLabels.Unreadable} ({hidden} lines)"));
                continue;
            }

            IReadOnlyList<TruthInstance> objects = DrawnObjects.Of(image.Truth);
            foreach ((LabelFeatures feature, string code, string reason, Func<TruthInstance, bool> has) in _kinds)
            {
                if (!format.Holds.HasFlag(feature) && objects.Count(has) is > 0 and int count)
                {
                    notes.Add(new(image.FileName, code, count == 1 ? reason : $"{reason} ({count} objects)"));
                }
            }

            if (areJoints && objects.Any(one => one.Polygons.Count > 0 || one.Mask is not null))
            {
                notes.Add(new(image.FileName, "outline_not_held", "where some objects have joints, the outlines of others are written as boxes"));
            }

            if (set.Task == VisionTask.InstanceSegmentation && !format.Holds.HasFlag(LabelFeatures.Overlaps) && SharedPixels(image, objects) is > 0 and long pixels)
            {
                notes.Add(new(image.FileName, "overlap_not_held", $"{pixels} pixels belong to several objects; each is given to the smallest of them"));
            }
        }

        return notes;
    }

    /// <summary>What an image is called by who reads the labels alone; null where the format keeps its name, or finds it by the image.</summary>
    private static string? NameIn(LabelSet set, LabelledImage image, ILabelFormat format) => (format, image.Truth) switch
    {
        (IndexPictures or IcdarText, _) => WrittenNames.StemOf(image) + ".jpg",
        (ImageFolder, ClassificationTruth(int classIndex)) => $"{set.Classes[classIndex]}/{Path.GetFileName(image.FileName)}",
        _ => null,
    };

    private static long SharedPixels(LabelledImage image, IReadOnlyList<TruthInstance> objects)
    {
        if (image is not { Width: { } width, Height: { } height } || objects.Count < 2)
        {
            return 0;
        }

        RunLengthMask[] masks = [.. objects.Select(one => one.Pixels(height, width))];
        return masks.Sum(mask => mask.Area) - masks.Aggregate(RunLengthMask.Union).Area;
    }
}
