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

public sealed class QualityEstimatorsTests
{
    private static readonly TaskSetup Setup = new(2, 0.3);

    [Fact]
    public void All_Estimators_HaveTheirOwnTask() =>
        QualityEstimators.All.Select(one => one.Task).ShouldBe([VisionTask.Classification, VisionTask.Detection, VisionTask.InstanceSegmentation]);

    [Fact]
    public void Detection_WindowLikeTheReference_IsEstimatedWithinItsInterval()
    {
        int held = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            LabelledAnswer[] reference = [.. Images(seed * 10_000, 200)], window = [.. Images((seed * 10_000) + 5_000, 60)];
            IReadOnlyList<EstimatedQuality> estimates = new DetectionEstimator(VisionTask.Detection).Learn(reference, Setup)!.Estimate([.. window.Select(one => one.Predicted)]);
            EstimatedQuality f1 = estimates.Single(one => one.Metric == MetricNames.F1);
            double measured = Measured(window);
            held += measured >= f1.Low && measured <= f1.High ? 1 : 0;
            Math.Abs(f1.Value - measured).ShouldBeLessThan(0.12);
        }

        held.ShouldBeGreaterThanOrEqualTo(34);
    }

    [Fact]
    public void Detection_OtherConfidences_AreDistrusted()
    {
        LabelledAnswer[] reference = [.. Images(1, 200)];
        Prediction[] shy = [.. Images(9_000, 60).Select(one => new DetectionPrediction([.. ((DetectionPrediction)one.Predicted).Boxes.Select(box => box with { Confidence = 0.3 + (box.Confidence * 0.2) })]))];
        ILearntQuality learnt = new DetectionEstimator(VisionTask.Detection).Learn(reference, Setup)!;
        learnt.Estimate(shy).ShouldAllBe(one => one.Distrust != null && one.Distrust.Contains("calibrated region"));
        learnt.Estimate([.. Images(9_000, 60).Select(one => one.Predicted)]).ShouldAllBe(one => one.Distrust == null);
    }

    [Fact]
    public void Classification_FewReferenceImages_AreDistrusted()
    {
        LabelledAnswer[] reference = [.. Enumerable.Range(0, 40).Select(index => new LabelledAnswer(new ClassificationTruth(index % 2), new ClassificationPrediction(index % 2 == 0 ? [0.8f, 0.2f] : [0.3f, 0.7f])))];
        EstimatedQuality estimate = new ClassificationEstimator().Learn(reference, Setup)!.Estimate([.. reference.Select(one => one.Predicted)]).ShouldHaveSingleItem();
        estimate.Distrust.ShouldNotBeNull().ShouldContain("60 more are needed");
    }

    // Three objects an image; each is found with confidence u, rightly placed with probability u; one more is seen where nothing is.
    private static IEnumerable<LabelledAnswer> Images(ulong seed, int count)
    {
        for (int image = 0; image < count; image++)
        {
            List<TruthBox> truths = [];
            List<PredictedBox> boxes = [];
            for (int item = 0; item < 3; item++)
            {
                ulong draw = (ulong)((image * 10) + item);
                double confidence = SplitMix64.Uniform(seed, draw);
                BoundingBox box = new(100 * item, 10, 40, 40);
                truths.Add(new TruthBox(item % 2, box));
                boxes.Add(new PredictedBox(item % 2, SplitMix64.Uniform(seed + 1, draw) < confidence ? box : box with { Y = 300 }, confidence));
            }

            yield return new LabelledAnswer(new DetectionTruth(truths), new DetectionPrediction(boxes));
        }
    }

    private static double Measured(LabelledAnswer[] images)
    {
        DetectionTask task = new();
        IEvidenceSet set = task.Prepare([.. images.Select(one => task.Compare(one.Truth, one.Predicted, Setup).Content)], Setup);
        double[] values = new double[set.Statistics.Count];
        set.Summarize([], values);
        return values[set.Statistics.ToList().FindIndex(statistic => statistic.Metric == MetricNames.F1 && statistic.ClassIndex == RunMetric.AllClasses)];
    }
}
