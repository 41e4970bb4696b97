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
        return [new EstimatedQuality(MetricNames.Accuracy, Math.Clamp(estimate.ConfidenceBased.Value, 0, 1), estimate.ConfidenceBased.Low, estimate.ConfidenceBased.High, window.Count, estimate.Distrust)];
    }

    private static double[] Probabilities(IEnumerable<Prediction> predictions, TaskSetup setup) =>
        [.. predictions.Cast<ClassificationPrediction>().SelectMany(one => one.Probabilities.Take(setup.ClassCount)).Select(probability => Math.Clamp((double)probability, 0, 1))];
}
