using VisionMonitor.Metrics.Detection;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>Labelled images of one task, whatever file they came from.</summary>
/// <param name="Task">The task of every truth in it.</param>
/// <param name="Classes">Class names by class index.</param>
/// <param name="Images">Every image, also those in which a person found nothing.</param>
public sealed record LabelSet(VisionTask Task, IReadOnlyList<string> Classes, IReadOnlyList<LabelledImage> Images)
{
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
        return (new(Task, modelClasses, images), report.With(changes) with { ClassesNotInModel = unknown });
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
