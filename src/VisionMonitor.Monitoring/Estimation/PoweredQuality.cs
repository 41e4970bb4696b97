using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>
/// A window's quality from the labels that some of its images have and from what an estimator says of all of them (<see cref="PredictionPoweredMean.OfWindow"/>). A metric that is
/// no mean is taken as the mean of its jackknife pseudo-values: what it would move if an image were left out (Miller 1974).
/// </summary>
public static class PoweredQuality
{
    /// <summary>Fewer labels say too little of their own spread.</summary>
    public const int FewestLabels = 10;

    // Beyond so many labelled images they are left out in groups, which bounds the work.
    private const int MostGroups = 100;

    // Estimators know no weights: an image stands for itself as often as its weight says, in quarters of the mean weight.
    private const int Copies = 4;

    /// <summary>Estimates.</summary>
    /// <param name="learnt">What the version's answers are worth.</param>
    /// <param name="window">What it said of all images of the window.</param>
    /// <param name="labelled">What it said of those that are labelled.</param>
    /// <param name="evidence">Their evidence, in the same order.</param>
    /// <param name="weights">1 / the chance that the image was labelled, of each of them.</param>
    /// <returns>Every metric that is both estimated and measured; none where there are fewer than <see cref="FewestLabels"/> labels, or nothing is without one.</returns>
    public static IReadOnlyList<EstimatedQuality> Of(ILearntQuality learnt, IReadOnlyList<Prediction> window, IReadOnlyList<Prediction> labelled, IEvidenceSet evidence, ReadOnlySpan<double> weights)
    {
        ArgumentNullException.ThrowIfNull(learnt);
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(labelled);
        ArgumentNullException.ThrowIfNull(evidence);
        if (labelled.Count < FewestLabels || labelled.Count >= window.Count)
        {
            return [];
        }

        int groups = Math.Min(labelled.Count, MostGroups);
        double[] whole = weights.ToArray(), groupWeights = new double[groups];
        Numbers[] without = new Numbers[groups];
        for (int group = 0; group < groups; group++)
        {
            double[] rest = [.. whole.Select((weight, image) => image % groups == group ? 0 : weight)];
            groupWeights[group] = whole.Sum() - rest.Sum();
            without[group] = Numbers.Of(learnt, labelled, evidence, rest);
        }

        Numbers all = Numbers.Of(learnt, labelled, evidence, whole);
        IReadOnlyDictionary<string, double> expected = learnt.Values(window);
        return [.. learnt.Estimate(window).Where(one => all.Has(one.Metric) && expected.ContainsKey(one.Metric)).Select(one => Estimate(one, expected[one.Metric]))];

        EstimatedQuality Estimate(EstimatedQuality unlabelled, double windowEstimate)
        {
            string metric = unlabelled.Metric;
            double[] outcomes = PseudoValues(numbers => numbers.Measured, metric), estimates = PseudoValues(numbers => numbers.Estimated, metric);
            double deviation = Math.Max(unlabelled.High - unlabelled.Value, unlabelled.Value - unlabelled.Low) / NormalDistribution.TwoSided95, share = (double)labelled.Count / window.Count;
            PredictionPoweredMean mean = PredictionPoweredMean.OfWindow(outcomes, estimates, groupWeights, windowEstimate, share, deviation * deviation * window.Count * groups / labelled.Count);
            double most = EstimatedQuality.Most(metric), value = Math.Clamp(mean.Estimate, 0, most);
            return new EstimatedQuality(metric, value, Math.Clamp(mean.Interval.Low, 0, value), Math.Clamp(mean.Interval.High, value, most), window.Count, null);
        }

        double[] PseudoValues(Func<Numbers, IReadOnlyDictionary<string, double>> of, string metric)
        {
            // Their weighted mean is the metric itself. Where it is not defined without a group, that group is taken to move nothing.
            double value = of(all)[metric], total = groupWeights.Sum();
            double[] moved = [.. without.Select((numbers, group) => of(numbers).TryGetValue(metric, out double other) ? (total - groupWeights[group]) / groupWeights[group] * (value - other) : 0)];
            double mean = moved.Zip(groupWeights, (move, weight) => move * weight).Sum() / total;
            return [.. moved.Select(move => value + move - mean)];
        }
    }

    /// <summary>Both sides' numbers of a selection of the labelled images.</summary>
    private sealed record Numbers(IReadOnlyDictionary<string, double> Measured, IReadOnlyDictionary<string, double> Estimated)
    {
        public static Numbers Of(ILearntQuality learnt, IReadOnlyList<Prediction> labelled, IEvidenceSet evidence, double[] weights)
        {
            double[] values = new double[evidence.Statistics.Count];
            evidence.Summarize(weights, values);
            double mean = weights.Where(weight => weight > 0).Average();
            bool isEven = weights.All(weight => weight == 0 || Math.Abs(weight - mean) < 1e-9 * mean);
            Prediction[] copies = [.. labelled.SelectMany((one, image) => Enumerable.Repeat(one, weights[image] == 0 ? 0 : isEven ? 1 : Math.Max(1, (int)Math.Round(Copies * weights[image] / mean))))];
            return new Numbers(
                evidence.Statistics.Zip(values).Where(pair => pair.First.ClassIndex == RunMetric.AllClasses && double.IsFinite(pair.Second)).ToDictionary(pair => pair.First.Metric, pair => pair.Second),
                learnt.Values(copies));
        }

        public bool Has(string metric) => Measured.ContainsKey(metric) && Estimated.ContainsKey(metric);
    }
}
