namespace VisionMonitor.Metrics.Detection;

/// <summary>Compares one image's boxes under a plan.</summary>
internal static class BoxComparison
{
    /// <param name="plan">What is asked.</param>
    /// <param name="truth">The objects.</param>
    /// <param name="predicted">The predictions.</param>
    /// <param name="isOpen">Per class, whether its unmatched predictions are ignored; empty means none.</param>
    /// <param name="overlap">Another overlap than that of the boxes.</param>
    /// <param name="areas">Other areas of the predictions than those of the boxes.</param>
    /// <param name="isIgnored">Per object, whether it counts neither for nor against the model; empty means crowds alone.</param>
    public static DetectionEvidence Compare(
        MatchPlan plan, IReadOnlyList<TruthBox> truth, IReadOnlyList<PredictedBox> predicted, ReadOnlySpan<bool> isOpen = default, IOverlap? overlap = null, double[]? areas = null,
        ReadOnlySpan<bool> isIgnored = default)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        int[] truthClasses = new int[truth.Count], predictedClasses = new int[predicted.Count];
        double[] truthAreas = new double[truth.Count], predictedAreas = new double[predicted.Count], confidences = new double[predicted.Count];
        var traits = new TruthTraits[truth.Count];
        for (int g = 0; g < truth.Count; g++)
        {
            truthClasses[g] = CheckClass(plan, truth[g].ClassIndex, nameof(truth));
            truthAreas[g] = truth[g].AreaPixels;
            traits[g] = truth[g].IsCrowd ? TruthTraits.Crowd | TruthTraits.Ignored : !isIgnored.IsEmpty && isIgnored[g] ? TruthTraits.Ignored : TruthTraits.None;
        }

        for (int d = 0; d < predicted.Count; d++)
        {
            predictedClasses[d] = CheckClass(plan, predicted[d].ClassIndex, nameof(predicted));
            predictedAreas[d] = areas is null ? predicted[d].Box.Area : areas[d];
            confidences[d] = double.IsFinite(predicted[d].Confidence)
                ? predicted[d].Confidence
                : throw new ArgumentException($"The confidence of prediction {d} is not finite.", nameof(predicted));
        }

        return new ImageMatcher(plan).Match(new ImageObjects
        {
            TruthClasses = truthClasses,
            TruthAreas = truthAreas,
            TruthTraits = traits,
            PredictedClasses = predictedClasses,
            PredictedAreas = predictedAreas,
            Confidences = confidences,
            Overlap = overlap ?? new BoxesOverlap(truth, predicted),
            IsOpen = isOpen,
        });
    }

    private static int CheckClass(MatchPlan plan, int classIndex, string name) => (uint)classIndex < (uint)plan.SourceClassCount
        ? classIndex
        : throw new ArgumentException($"Class index {classIndex} is not in 0 to {plan.SourceClassCount - 1}.", name);
}
