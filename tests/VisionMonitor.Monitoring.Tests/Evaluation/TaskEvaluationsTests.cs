using VisionMonitor.Metrics.Classification;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Evaluation;

public sealed class TaskEvaluationsTests
{
    private static readonly TaskSetup Setup = new(ClassCount: 3, OperatingConfidence: 0.5);

    [Fact]
    public void All_TheTypesOfTheAssembly_AreInTheListOnce()
    {
        Type[] types = [.. typeof(ITaskEvaluation).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ITaskEvaluation)))];

        TaskEvaluations.All.Select(evaluation => evaluation.GetType()).ShouldBe(types, ignoreOrder: true);
        TaskEvaluations.All.Select(evaluation => evaluation.Task).Distinct().Count().ShouldBe(TaskEvaluations.All.Count);
        TaskEvaluations.Find(VisionTask.Embedding).ShouldBeNull();
    }

    [Fact]
    public void All_EveryHeadline_IsTheFirstStatistic() =>
        TaskEvaluations.All.ShouldAllBe(evaluation => evaluation.Prepare(Array.Empty<byte[]>(), Setup).Statistics[0].Metric == evaluation.HeadlineMetric);

    /// <summary>The boxes are right, the joints are somewhere else: with joints on both sides it is a miss, without them a hit.</summary>
    [Fact]
    public void Compare_ObjectsWithJoints_AreFoundByTheirJoints()
    {
        ITaskEvaluation evaluation = TaskEvaluations.Find(VisionTask.Detection)!;
        DetectionTruth truth = new([new TruthBox(0, new BoundingBox(0, 0, 10, 10))]) { Joints = [[5, 5, 2]] };
        DetectionPrediction near = new([new PredictedBox(0, new BoundingBox(0, 0, 10, 10), 0.9)]) { Joints = [[5, 6, 0.8]] };
        DetectionPrediction far = near with { Joints = [[105, 5, 0.8]] };

        evaluation.Compare(truth, near, Setup).Score.ShouldBe(1);
        evaluation.Compare(truth, far, Setup).Score.ShouldBe(0);
        evaluation.Compare(truth with { Joints = null }, far, Setup).Score.ShouldBe(1);
        evaluation.Compare(truth, far with { Joints = null }, Setup).Score.ShouldBe(1);
        Truth.FromJson(truth.ToJson()).ToJson().ShouldContain("[[5,5,2]]");
    }

    // Truth 0 0 1 2, predicted 0 1 1 2 with the labelled class's probability .8 .3 .6 .9: three of four right.
    [Fact]
    public void Measure_FourClassifiedImages_GivesTheCountsByHand()
    {
        ITaskEvaluation evaluation = TaskEvaluations.Find(VisionTask.Classification)!;
        ImageEvidence[] evidence =
        [
            Classified(0, 0.8f, 0.1f, 0.1f),
            Classified(0, 0.3f, 0.6f, 0.1f),
            Classified(1, 0.2f, 0.6f, 0.2f),
            Classified(2, 0.05f, 0.05f, 0.9f),
        ];

        IReadOnlyList<Measure> measures = QualityReport.Measure(evaluation.Prepare([.. evidence.Select(one => one.Content)], Setup), [1, 1, 1, 1], replicates: 100, seed: 1);

        measures.Single(measure => measure is { Metric: MetricNames.Accuracy }).Value.ShouldBe(0.75);
        Class(MetricNames.Recall, 0).ShouldBe((0.5, 2));
        Class(MetricNames.Precision, 1).ShouldBe((0.5, 1));
        Class(MetricNames.F1, 2).ShouldBe((1, 1));
        evidence.Select(one => one.Score).ShouldBe([0.9, 0.15, 0.8, 0.95], tolerance: 1e-6);
        evaluation.Prepare([.. evidence.Select(one => one.Content)], Setup).Confusion([]).Counts.ShouldBe([1, 1, 0, 0, 1, 0, 0, 0, 1]);

        (double?, long) Class(string metric, int index) => measures.Where(measure => measure.Metric == metric && measure.ClassIndex == index).Select(measure => (measure.Value, measure.Count)).Single();
    }

    [Fact]
    public void Summarize_RandomClassifications_EqualsTheFullReportUnderAnyWeights()
    {
        ITaskEvaluation evaluation = TaskEvaluations.Find(VisionTask.Classification)!;
        ClassificationEvaluation ruler = new(3);
        Random random = new(5);
        (int Truth, float[] Answer)[] images = [.. Enumerable.Range(0, 40).Select(_ => (random.Next(2), (float[])[random.NextSingle(), random.NextSingle(), random.NextSingle() / 2]))];
        double[] weights = [.. images.Select(_ => (double)random.Next(4))];
        IEvidenceSet set = evaluation.Prepare([.. images.Select(image => Classified(image.Truth, image.Answer).Content)], Setup);
        double[] values = new double[set.Statistics.Count];

        set.Summarize(weights, values);

        ClassificationReport report = ruler.Summarize([.. images.Select(image => ruler.Compare(image.Truth, image.Answer))], weights);
        double?[] expected =
        [
            report.Accuracy, report.Top5, report.Macro.Precision, report.Macro.Recall, report.Macro.F1, report.ExpectedCalibrationError,
            .. report.PerClass.SelectMany(one => (double?[])[one.Precision, one.Recall, one.F1]),
        ];
        values.Select(value => double.IsNaN(value) ? -1 : value).ShouldBe(expected.Select(value => value ?? -1), tolerance: 1e-12);
        report.PerClass[2].Recall.ShouldBeNull("the test needs a class that does not occur");
    }

    [Fact]
    public void Measure_WhereEveryImageIsRight_DoesNotPromisePerfection()
    {
        ITaskEvaluation evaluation = TaskEvaluations.Find(VisionTask.Classification)!;
        ImageEvidence[] evidence = [.. Enumerable.Range(0, 10).Select(_ => Classified(0, 0.8f, 0.1f, 0.1f))];

        IReadOnlyList<Measure> measures = QualityReport.Measure(evaluation.Prepare([.. evidence.Select(one => one.Content)], Setup), [.. Enumerable.Repeat(3.0, 10)], replicates: 100, seed: 1);

        // Wilson for 10 of 10: 1 / (1 + 1.96² / 10).
        Measure accuracy = measures.Single(measure => measure is { Metric: MetricNames.Accuracy });
        accuracy.Value.ShouldBe(1);
        accuracy.Low.ShouldNotBeNull().ShouldBe(0.7225, 1e-4);
        accuracy.High.ShouldBe(1);
    }

    // Two images: in the first the object of class 0 is found exactly and class 1 is claimed on background; in the second the object of class 1 is missed.
    [Fact]
    public void Measure_TwoDetectedImages_GivesTheCountsByHand()
    {
        ITaskEvaluation evaluation = TaskEvaluations.Find(VisionTask.Detection)!;
        BoundingBox here = new(10, 10, 40, 40), there = new(100, 100, 20, 20);
        ImageEvidence[] evidence =
        [
            evaluation.Compare(new DetectionTruth([new TruthBox(0, here)]), new DetectionPrediction([new PredictedBox(0, here, 0.9), new PredictedBox(1, there, 0.6)]), Setup),
            evaluation.Compare(new DetectionTruth([new TruthBox(1, there)]), new DetectionPrediction([new PredictedBox(1, there, 0.4)]), Setup),
        ];

        IReadOnlyList<Measure> measures = QualityReport.Measure(evaluation.Prepare([.. evidence.Select(one => one.Content)], Setup), [1, 1], replicates: 100, seed: 1);

        Value(MetricNames.Precision, -1).ShouldBe(0.5);
        Value(MetricNames.Recall, -1).ShouldBe(0.5);
        Value(MetricNames.AveragePrecision, 0).ShouldNotBeNull().ShouldBe(1, 1e-12);
        Value(MetricNames.AveragePrecision50, -1).ShouldNotBeNull().ShouldBe((1 + 0.5) / 2, 1e-12);
        measures.Single(measure => measure.Metric == MetricNames.AveragePrecision && measure.ClassIndex == 2).ShouldBe(
            new Measure(MetricNames.AveragePrecision, 2, null, null, null, 0, "No labelled image of the sample shows this class."));
        evidence.Select(one => one.Score).ShouldBe([2.0 / 3, 0], tolerance: 1e-12);

        // What replicates are made of says the same as what is shown.
        IEvidenceSet set = evaluation.Prepare([.. evidence.Select(one => one.Content)], Setup);
        double[] shown = new double[set.Statistics.Count], resampled = new double[set.Statistics.Count];
        set.Summarize([2, 3], shown);
        set.Resample([2, 3], resampled);
        resampled.Count(double.IsFinite).ShouldBe(12);
        Enumerable.Range(0, shown.Length).Where(index => double.IsFinite(resampled[index])).ShouldAllBe(index => Math.Abs(resampled[index] - shown[index]) < 1e-12);

        double? Value(string metric, int index) => measures.Single(measure => measure.Metric == metric && measure.ClassIndex == index).Value;
    }

    [Fact]
    public void Measure_WithoutAnyLabel_IsNullWithItsReasonEverywhere()
    {
        foreach (ITaskEvaluation evaluation in TaskEvaluations.All)
        {
            QualityReport.Measure(evaluation.Prepare(Array.Empty<byte[]>(), Setup), [], replicates: 100, seed: 1)
                .ShouldAllBe(measure => measure.Value == null && measure.Low == null && measure.UndefinedBecause == "No image of the sample has a label yet.");
        }
    }

    [Fact]
    public void Measure_OfOverflowedNumbers_NeverGivesOne()
    {
        foreach (double value in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            Measure.Of("m", -1, value, 3, "why").ShouldBe(new Measure("m", -1, null, null, null, 3, "why"));
        }
    }

    [Fact]
    public void Measure_OfAnswersWithoutTruth_GivesConfidenceAndShares()
    {
        IReadOnlyList<Measure> measures = AnswerSummary.Measure([new AnswerTraits(0.9, [0]), new AnswerTraits(0.5, [1, 1]), new AnswerTraits(null, [])], [1, 1, 2], 3);

        measures.Select(measure => measure.Value).ShouldBe([0.7, 1.0 / 3, 2.0 / 3, 0]);
        AnswerSummary.Measure([], [], 2).ShouldAllBe(measure => measure.Value == null && measure.UndefinedBecause == "Nothing was predicted.");
    }

    private static ImageEvidence Classified(int truth, params float[] probabilities) =>
        TaskEvaluations.Find(VisionTask.Classification)!.Compare(new ClassificationTruth(truth), new ClassificationPrediction(probabilities), Setup);
}
