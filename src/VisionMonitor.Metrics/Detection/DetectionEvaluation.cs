namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// Detection as COCO evaluates it (pycocotools 2.0.11): average precision and recall over classes, thresholds and sizes.
/// Holds no state between calls; safe on any thread.
/// </summary>
public sealed class DetectionEvaluation : IEvaluation<IReadOnlyList<TruthBox>, IReadOnlyList<PredictedBox>, DetectionEvidence, DetectionReport>
{
    /// <summary>An evaluation of a fixed set of classes.</summary>
    /// <param name="options">What is asked; the defaults are COCO's.</param>
    /// <param name="classCount">Classes, at least 0; class indices of boxes are below it.</param>
    public DetectionEvaluation(DetectionOptions options, int classCount)
    {
        Plan = new MatchPlan(options, classCount);
        ClassCount = classCount;
    }

    /// <summary>What is asked.</summary>
    public DetectionOptions Options => Plan.Options;

    /// <summary>Classes of the input.</summary>
    public int ClassCount { get; }

    internal MatchPlan Plan { get; }

    /// <summary>Compares one image's boxes.</summary>
    /// <param name="truth">The objects; their order decides between equal overlaps (the later wins).</param>
    /// <param name="predicted">The predictions; their order decides between equal confidences (the earlier wins).</param>
    /// <exception cref="ArgumentException">A class index out of range, or a confidence that is not finite.</exception>
    public DetectionEvidence Compare(IReadOnlyList<TruthBox> truth, IReadOnlyList<PredictedBox> predicted) =>
        BoxComparison.Compare(Plan, truth, predicted);

    /// <summary>Summarizes a set of images; for many weightings of the same images use <see cref="DetectionSummary"/>.</summary>
    /// <param name="evidence">In a fixed order: between images it decides ties of confidence.</param>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for every image.</param>
    public DetectionReport Summarize(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights) =>
        DetectionSummary.Prepare(this, evidence).Summarize(weights);
}
