using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>Objects with their pixels: as <see cref="DetectionTask"/>, but two objects are compared by their masks.</summary>
public sealed class InstanceTask : ITaskEvaluation
{
    private static readonly DetectionTask _boxes = new();

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.InstanceSegmentation;

    /// <inheritdoc/>
    public string HeadlineMetric => MetricNames.AveragePrecision;

    /// <inheritdoc/>
    public string? ProblemOf(Prediction predicted, TaskSetup setup) => predicted is InstancePrediction answer && answer.Instances.All(one => one.Box.ClassIndex < setup.ClassCount)
        ? null
        : setup.UnknownClass;

    /// <inheritdoc/>
    public ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup)
    {
        if (truth is not InstanceTruth objects || predicted is not InstancePrediction answer)
        {
            throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no instance segmentation.", nameof(predicted));
        }

        (int height, int width) = SizeOf(objects, answer);
        TruthMask[] truths = [.. objects.Instances.Select(one => new TruthMask(one.Box.ClassIndex, one.Pixels(height, width), one.Box.IsCrowd))];
        PredictedMask[] predictions = [.. answer.Instances.Select(one => new PredictedMask(one.Box.ClassIndex, one.Mask, one.Box.Confidence))];
        DetectionEvidence evidence = new MaskEvaluation(DetectionTask.Asked, setup.ClassCount).Compare(truths, predictions);
        return new ImageEvidence(evidence.ToBytes(), DetectionTask.ScoreOf(evidence, setup));
    }

    /// <inheritdoc/>
    public IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup) => _boxes.Prepare(contents, setup);

    /// <inheritdoc/>
    public AnswerTraits Describe(Prediction predicted, TaskSetup setup) => _boxes.Describe(
        predicted is InstancePrediction answer ? new DetectionPrediction([.. answer.Instances.Select(one => one.Box)]) : predicted, setup);

    /// <summary>The size of any mask; where nobody painted, one that holds every outline and box.</summary>
    private static (int Height, int Width) SizeOf(InstanceTruth truth, InstancePrediction predicted)
    {
        RunLengthMask? mask = predicted.Instances.Select(one => one.Mask).Concat(truth.Instances.Select(one => one.Mask!)).FirstOrDefault(one => one is not null);
        return mask is not null
            ? (mask.Height, mask.Width)
            : ((int)Math.Ceiling(truth.Instances.Select(one => one.Box.Box.Bottom).DefaultIfEmpty(1).Max()), (int)Math.Ceiling(truth.Instances.Select(one => one.Box.Box.Right).DefaultIfEmpty(1).Max()));
    }
}
