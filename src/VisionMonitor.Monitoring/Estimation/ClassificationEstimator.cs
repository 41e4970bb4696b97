using VisionMonitor.Metrics.Drift;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>Accuracy from probabilities that were calibrated on the reference (CBPE).</summary>
public sealed class ClassificationEstimator : IQualityEstimator
{
    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Classification;

    /// <inheritdoc/>
    public IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<LabelledAnswer> reference, IReadOnlyList<Prediction> window, TaskSetup setup)
    {
        if (setup.ClassCount < 2)
        {
            return [];
        }

        ConfidenceSet known = new(Probabilities(reference.Select(one => one.Predicted), setup), setup.ClassCount, [.. reference.Select(one => ((ClassificationTruth)one.Truth).ClassIndex)]);
        ConfidenceSet judged = new(Probabilities(window, setup), setup.ClassCount, null);
        AccuracyEstimate estimate = AccuracyEstimate.Of(known, judged);
        double value = Math.Clamp(estimate.ConfidenceBased.Value, 0, 1);

        // Two right and two wrong images are added to both sides (Agresti and Coull): where all were right before, not all will be.
        double half = 1.959963984540054 * Math.Sqrt(Variance(value, window.Count) + Variance(known.Accuracy!.Value, reference.Count));
        return [new EstimatedQuality(MetricNames.Accuracy, value, Math.Max(0, value - half), Math.Min(1, value + half), window.Count, estimate.Distrust)];
    }

    private static double Variance(double share, int count)
    {
        double smoothed = ((share * count) + 2) / (count + 4);
        return smoothed * (1 - smoothed) / count;
    }

    private static double[] Probabilities(IEnumerable<Prediction> predictions, TaskSetup setup) =>
        [.. predictions.Cast<ClassificationPrediction>().SelectMany(one => one.Probabilities.Take(setup.ClassCount)).Select(probability => Math.Clamp((double)probability, 0, 1))];
}
