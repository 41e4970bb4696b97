using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Estimation;

public sealed class PoweredQualityTests
{
    private const int LabelCount = 20;
    private static readonly TaskSetup Setup = new(2, 0.3);

    // The boxes of the window are wrong twice as often as their confidence says: the estimate without labels is far off, with twenty labels of eighty it is not.
    [Fact]
    public void Of_WindowThatTheConfidencesAreWrongAbout_IsPutRightByItsLabels()
    {
        (int held, double misled, double powered) = (0, 0, 0);
        for (ulong seed = 1; seed <= 40; seed++)
        {
            ILearntQuality learnt = new DetectionEstimator(VisionTask.Detection).Learn([.. Images(seed * 10_000, 200, 1)], Setup)!;
            LabelledAnswer[] window = [.. Images((seed * 10_000) + 5_000, 80, 0.5)];
            double measured = Precision(window);
            EstimatedQuality estimate = Powered(learnt, window, [.. Enumerable.Repeat(1.0, LabelCount)]).Single(one => one.Metric == MetricNames.Precision);
            held += measured >= estimate.Low && measured <= estimate.High ? 1 : 0;
            misled += Math.Abs(learnt.Values([.. window.Select(one => one.Predicted)])[MetricNames.Precision] - measured) / 40;
            powered += Math.Abs(estimate.Value - measured) / 40;
        }

        misled.ShouldBeGreaterThan(0.2);
        powered.ShouldBeLessThan(0.06);
        held.ShouldBeGreaterThanOrEqualTo(36);
    }

    [Fact]
    public void Of_FewLabelsOrAll_SaysNothing()
    {
        ILearntQuality learnt = new DetectionEstimator(VisionTask.Detection).Learn([.. Images(1, 200, 1)], Setup)!;
        LabelledAnswer[] window = [.. Images(5_000, 30, 1)];
        IEvidenceSet nine = Evidence(window[..9]), all = Evidence(window);
        Prediction[] said = [.. window.Select(one => one.Predicted)];
        PoweredQuality.Of(learnt, said, said[..9], nine, [1, 1, 1, 1, 1, 1, 1, 1, 1]).ShouldBeEmpty();
        PoweredQuality.Of(learnt, said, said, all, [.. said.Select(_ => 1.0)]).ShouldBeEmpty();
    }

    // Half of the labelled images stand for three times as many others: with equal weights the estimate is another.
    [Fact]
    public void Of_UnequalWeights_MoveTheEstimate()
    {
        ILearntQuality learnt = new DetectionEstimator(VisionTask.Detection).Learn([.. Images(1, 200, 1)], Setup)!;
        LabelledAnswer[] window = [.. Images(5_000, 10, 1), .. Images(6_000, 10, 0.1), .. Images(7_000, 60, 1)];
        double even = Powered(learnt, window, [.. Enumerable.Repeat(1.0, LabelCount)]).Single(one => one.Metric == MetricNames.Precision).Value;
        double weighted = Powered(learnt, window, [.. Enumerable.Repeat(3.0, 10), .. Enumerable.Repeat(1.0, 10)]).Single(one => one.Metric == MetricNames.Precision).Value;
        weighted.ShouldBeGreaterThan(even + 0.05);
    }

    private static IReadOnlyList<EstimatedQuality> Powered(ILearntQuality learnt, LabelledAnswer[] window, double[] weights) => PoweredQuality.Of(
        learnt, [.. window.Select(one => one.Predicted)], [.. window[..LabelCount].Select(one => one.Predicted)], Evidence(window[..LabelCount]), weights);

    private static IEvidenceSet Evidence(LabelledAnswer[] images) => new DetectionTask().Prepare([.. images.Select(one => new DetectionTask().Compare(one.Truth, one.Predicted, Setup).Content)], Setup);

    private static double Precision(LabelledAnswer[] images)
    {
        IEvidenceSet set = Evidence(images);
        double[] values = new double[set.Statistics.Count];
        set.Summarize([], values);
        return values[set.Statistics.ToList().FindIndex(statistic => statistic.Metric == MetricNames.Precision && statistic.ClassIndex == RunMetric.AllClasses)];
    }

    // Three boxes an image, each right with its confidence times the honesty.
    private static IEnumerable<LabelledAnswer> Images(ulong seed, int count, double honesty)
    {
        for (int image = 0; image < count; image++)
        {
            List<TruthBox> truths = [];
            List<PredictedBox> boxes = [];
            for (int item = 0; item < 3; item++)
            {
                ulong draw = (ulong)((image * 10) + item);
                double confidence = 0.3 + (0.7 * SplitMix64.Uniform(seed, draw));
                BoundingBox box = new(100 * item, 10, 40, 40);
                truths.Add(new TruthBox(item % 2, box));
                boxes.Add(new PredictedBox(item % 2, SplitMix64.Uniform(seed + 1, draw) < confidence * honesty ? box : box with { Y = 300 }, confidence));
            }

            yield return new LabelledAnswer(new DetectionTruth(truths), new DetectionPrediction(boxes));
        }
    }
}
