using VisionMonitor.Metrics.Detection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>What a truth must fulfil to belong to a project: its task, and only classes that the project has.</summary>
internal static class TruthRules
{
    /// <exception cref="IngestException">It does not.</exception>
    public static void Require(Project project, Truth truth)
    {
        if (truth.Task != project.Task)
        {
            throw new IngestException("task_mismatch", $"The label is for {truth.Task}, but project \"{project.Slug}\" does {project.Task}.");
        }

        int unknown = truth switch
        {
            ClassificationTruth one => OutOfRange(one.ClassIndex),
            DetectionTruth many => many.Boxes.Select((TruthBox box) => OutOfRange(box.ClassIndex)).FirstOrDefault(index => index >= 0, -1),
            InstanceTruth shapes => shapes.Instances.Select(one => OutOfRange(one.Box.ClassIndex)).FirstOrDefault(index => index >= 0, -1),
            SemanticTruth { Map.Runs: var runs } => runs.Where((value, at) => at % 2 == 0 && value != SemanticTruth.Ignored).Select(OutOfRange).FirstOrDefault(index => index >= 0, -1),
            PanopticTruth { Segments: var segments } => segments.Select(segment => OutOfRange(segment.ClassIndex)).FirstOrDefault(index => index >= 0, -1),
            _ => -1,
        };
        if (unknown >= 0)
        {
            throw new IngestException("unknown_class", $"Class index {unknown} is not one of the {project.ClassNames.Count} classes of project \"{project.Slug}\" (0 to {project.ClassNames.Count - 1}).");
        }

        int OutOfRange(int index) => index >= 0 && index < project.ClassNames.Count ? -1 : Math.Abs(index);
    }
}
