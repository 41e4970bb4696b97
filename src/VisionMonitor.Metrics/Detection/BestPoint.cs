namespace VisionMonitor.Metrics.Detection;

/// <summary>The point of one class's curve with the best F1 at threshold .5: where a user would set the confidence threshold.</summary>
internal sealed record BestPoint(double Confidence, double Precision, double Recall, double F1)
{
    /// <summary>The best point; on equal F1 the highest confidence; <see langword="null"/> when nothing matches.</summary>
    public static BestPoint? Find(MatchPlan plan, RankedPredictions ranked, double[] weightOf, double[] truthsOf, int classIndex)
    {
        var outcomes = new PlaneOutcomes(plan, ranked, classIndex, plan.OutcomePlane);
        double truths = truthsOf[(classIndex * plan.AreaCount) + (plan.OutcomePlane / plan.ThresholdCount)];
        BestPoint? best = null;
        double right = 0, wrong = 0;
        int end = ranked.Starts[classIndex + 1];
        for (int i = ranked.Starts[classIndex]; i < end; i++)
        {
            double weight = weightOf[ranked.Images[i]];
            PlaneOutcome outcome = outcomes.At(i);
            right += outcome == PlaneOutcome.Right ? weight : 0;
            wrong += outcome == PlaneOutcome.Wrong ? weight : 0;

            // A threshold takes all predictions of equal confidence or none.
            bool isEdge = i + 1 == end || ranked.Confidences[i + 1] < ranked.Confidences[i];
            double f1 = 2 * right / (right + wrong + truths);
            if (isEdge && right > 0 && f1 > (best?.F1 ?? 0))
            {
                best = new BestPoint(ranked.Confidences[i], right / (right + wrong), right / truths, f1);
            }
        }

        return best;
    }
}
