namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// One class's course over the confidence threshold, from the highest to the lowest: precision, recall and F1 of "take all predictions
/// of at least this confidence". One point per distinct confidence; the raw curve, without the envelope that average precision uses.
/// </summary>
public sealed class DetectionCurve
{
    private DetectionCurve(double[] confidences, double[] precisions, double[] recalls, double[] f1s)
    {
        (Confidences, Precisions, Recalls, F1s) = (confidences, precisions, recalls, f1s);
    }

    /// <summary>Thresholds, falling.</summary>
    public IReadOnlyList<double> Confidences { get; }

    /// <summary>Precision at each threshold, 0 to 1.</summary>
    public IReadOnlyList<double> Precisions { get; }

    /// <summary>Recall at each threshold, 0 to 1, rising.</summary>
    public IReadOnlyList<double> Recalls { get; }

    /// <summary>F1 at each threshold, 0 to 1.</summary>
    public IReadOnlyList<double> F1s { get; }

    /// <summary>The curve of one plane, thinned to at most <paramref name="mostPoints"/> by leaving out points evenly; the ends stay.</summary>
    internal static DetectionCurve Trace(MatchPlan plan, RankedPredictions ranked, double[] weightOf, double truths, int classIndex, int plane, int mostPoints)
    {
        var outcomes = new PlaneOutcomes(plan, ranked, classIndex, plane);
        List<double> confidences = [], precisions = [], recalls = [], f1s = [];
        double right = 0, wrong = 0;
        int end = ranked.Starts[classIndex + 1];
        for (int i = ranked.Starts[classIndex]; i < end && truths > 0; i++)
        {
            double weight = weightOf[ranked.Images[i]];
            PlaneOutcome outcome = outcomes.At(i);
            right += outcome == PlaneOutcome.Right ? weight : 0;
            wrong += outcome == PlaneOutcome.Wrong ? weight : 0;
            if ((i + 1 == end || ranked.Confidences[i + 1] < ranked.Confidences[i]) && right + wrong > 0)
            {
                confidences.Add(ranked.Confidences[i]);
                precisions.Add(right / (right + wrong));
                recalls.Add(right / truths);
                f1s.Add(2 * right / (right + wrong + truths));
            }
        }

        int[] kept = Thin(confidences.Count, mostPoints);
        double[] Pick(List<double> all) => [.. kept.Select(i => all[i])];
        return new DetectionCurve(Pick(confidences), Pick(precisions), Pick(recalls), Pick(f1s));
    }

    private static int[] Thin(int count, int most) => count <= most
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (count - 1) / (most - 1)))];
}
