using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;
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
    public ILearntQuality? Learn(IReadOnlyList<LabelledAnswer> reference, TaskSetup setup) => setup.ClassCount < 2
        ? null
        : new Learnt(
            new ConfidenceSet(Probabilities(reference.Select(one => one.Predicted), setup), setup.ClassCount, [.. reference.Select(one => ((ClassificationTruth)one.Truth).ClassIndex)]),
            setup);

    private static double Variance(double share, int count)
    {
        double smoothed = ((share * count) + 2) / (count + 4);
        return smoothed * (1 - smoothed) / count;
    }

    private static double[] Probabilities(IEnumerable<Prediction> predictions, TaskSetup setup) =>
        [.. predictions.Cast<ClassificationPrediction>().SelectMany(one => one.Probabilities.Take(setup.ClassCount)).Select(probability => Math.Clamp((double)probability, 0, 1))];

    private sealed class Learnt(ConfidenceSet known, TaskSetup setup) : ILearntQuality
    {
        public int ReferenceCount => known.Count;

        public IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<Prediction> window)
        {
            AccuracyEstimate estimate = Of(window);
            double value = Math.Clamp(estimate.ConfidenceBased.Value, 0, 1);

            // Two right and two wrong images are added to both sides (Agresti and Coull): where all were right before, not all will be.
            double half = NormalDistribution.TwoSided95 * Math.Sqrt(Variance(value, window.Count) + Variance(known.Accuracy!.Value, known.Count));
            return [new EstimatedQuality(MetricNames.Accuracy, value, Math.Max(0, value - half), Math.Min(1, value + half), window.Count, estimate.Distrust)];
        }

        public IReadOnlyDictionary<string, double> Values(IReadOnlyList<Prediction> window) =>
            new Dictionary<string, double> { [MetricNames.Accuracy] = Math.Clamp(Of(window).ConfidenceBased.Value, 0, 1) };

        private AccuracyEstimate Of(IReadOnlyList<Prediction> window) => AccuracyEstimate.Of(known, new ConfidenceSet(Probabilities(window, setup), setup.ClassCount, null));
    }
}
