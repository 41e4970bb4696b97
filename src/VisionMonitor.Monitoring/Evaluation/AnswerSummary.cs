using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>What predictions say while there are no labels: how sure they are and which classes they name.</summary>
public static class AnswerSummary
{
    /// <summary>Mean confidence, and each class's share of the predictions.</summary>
    /// <param name="answers">One per scored image.</param>
    /// <param name="weights">One per image.</param>
    /// <param name="classCount">The project's classes.</param>
    public static IReadOnlyList<Measure> Measure(IReadOnlyList<AnswerTraits> answers, ReadOnlySpan<double> weights, int classCount)
    {
        double[] named = new double[classCount];
        (double total, double confidence, double confident) = (0, 0, 0);
        for (int image = 0; image < answers.Count; image++)
        {
            if (answers[image].Confidence is { } sure)
            {
                confidence += weights[image] * sure;
                confident += weights[image];
            }

            foreach (int index in answers[image].ClassIndices)
            {
                named[index] += weights[image];
                total += weights[image];
            }
        }

        return
        [
            Monitoring.Measure.Of(MetricNames.MeanConfidence, RunMetric.AllClasses, confidence / confident, answers.Count, "Nothing was predicted."),
            .. named.Select((weight, index) => Monitoring.Measure.Of(MetricNames.PredictedShare, index, weight / total, answers.Count, "Nothing was predicted.")),
        ];
    }
}
