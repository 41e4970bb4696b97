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
    public DetectionEvidence Compare(IReadOnlyList<TruthBox> truth, IReadOnlyList<PredictedBox> predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        int[] truthClasses = new int[truth.Count], predictedClasses = new int[predicted.Count];
        double[] truthAreas = new double[truth.Count], predictedAreas = new double[predicted.Count], confidences = new double[predicted.Count];
        var traits = new TruthTraits[truth.Count];
        for (int g = 0; g < truth.Count; g++)
        {
            truthClasses[g] = CheckClass(truth[g].ClassIndex, nameof(truth));
            truthAreas[g] = truth[g].AreaPixels;
            traits[g] = truth[g].IsCrowd ? TruthTraits.Crowd | TruthTraits.Ignored : TruthTraits.None;
        }

        for (int d = 0; d < predicted.Count; d++)
        {
            predictedClasses[d] = CheckClass(predicted[d].ClassIndex, nameof(predicted));
            predictedAreas[d] = predicted[d].Box.Area;
            confidences[d] = double.IsFinite(predicted[d].Confidence)
                ? predicted[d].Confidence
                : throw new ArgumentException($"The confidence of prediction {d} is not finite.", nameof(predicted));
        }

        return new ImageMatcher(Plan).Match(new ImageObjects
        {
            TruthClasses = truthClasses,
            TruthAreas = truthAreas,
            TruthTraits = traits,
            PredictedClasses = predictedClasses,
            PredictedAreas = predictedAreas,
            Confidences = confidences,
            Overlap = new BoxesOverlap(truth, predicted),
        });
    }

    /// <summary>Summarizes a set of images; for many weightings of the same images use <see cref="DetectionSummary"/>.</summary>
    /// <param name="evidence">In a fixed order: between images it decides ties of confidence.</param>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for every image.</param>
    public DetectionReport Summarize(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights) =>
        DetectionSummary.Prepare(this, evidence).Summarize(weights);

    private int CheckClass(int classIndex, string name) => (uint)classIndex < (uint)ClassCount
        ? classIndex
        : throw new ArgumentException($"Class index {classIndex} is not in 0 to {ClassCount - 1}.", name);
}
