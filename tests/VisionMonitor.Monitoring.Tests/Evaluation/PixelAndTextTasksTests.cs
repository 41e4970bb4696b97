using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Evaluation;

public sealed class PixelAndTextTasksTests
{
    private static readonly TaskSetup Setup = new(ClassCount: 2, OperatingConfidence: 0.5);

    // Truth 0 0 1 1 ignored, predicted 0 1 1 1 0: class 0 has 1 of 2, class 1 has 2 of 3; the fifth pixel counts for nobody.
    [Fact]
    public void Compare_SemanticMaps_GivesTheRatiosByHand()
    {
        ITaskEvaluation task = TaskEvaluations.Find(VisionTask.SemanticSegmentation)!;
        ImageEvidence evidence = task.Compare(new SemanticTruth(Map(0, 0, 1, 1, -1)), new SemanticPrediction(Map(0, 1, 1, 1, 0)), Setup);
        evidence.Score.ShouldBe((0.5 + 2.0 / 3) / 2, 1e-12);
        Dictionary<(string, int), double> values = Values(task, evidence);
        values[(MetricNames.MeanIntersectionOverUnion, RunMetric.AllClasses)].ShouldBe((0.5 + 2.0 / 3) / 2, 1e-12);
        values[(MetricNames.PixelAccuracy, RunMetric.AllClasses)].ShouldBe(0.75, 1e-12);
        values[(MetricNames.IntersectionOverUnion, 1)].ShouldBe(2.0 / 3, 1e-12);
        task.Prepare([evidence.Content], Setup).Confusion([]).Counts.ShouldBe([1, 1, 0, 2]);
        task.ProblemOf(new SemanticPrediction(Map(0, 2)), Setup).ShouldNotBeNull();
    }

    // Segment 1 is met with IoU 3/4, segment 2 is missed: PQ = 0.75 / (1 + 1/2) for its class, 0 for the other.
    [Fact]
    public void Compare_PanopticMaps_GivesTheQualityByHand()
    {
        ITaskEvaluation task = TaskEvaluations.Find(VisionTask.Panoptic)!;
        PanopticTruth truth = new(Map(1, 1, 1, 1, 2), [new(1, 0), new(2, 0)]);
        PanopticPrediction predicted = new(Map(1, 1, 1, 0, 0), [new(1, 0, 0.9)]);
        ImageEvidence evidence = task.Compare(truth, predicted, Setup);
        Values(task, evidence)[(MetricNames.PanopticQuality, 0)].ShouldBe(0.75 / 1.5, 1e-12);
        task.Prepare([evidence.Content], Setup).Confusion([])[0, 2].ShouldBe(1);
    }

    // Class 0 is met with IoU 3/4 (PQ 0.75), class 1 is missed (PQ 0): all 0.375, and each group has its own class only.
    [Fact]
    public void Compare_PanopticMapsWithGround_TellsThingsFromStuff()
    {
        ITaskEvaluation task = TaskEvaluations.Find(VisionTask.Panoptic)!;
        PanopticTruth truth = new(Map(1, 1, 1, 1, 2), [new(1, 0), new(2, 1)]);
        PanopticPrediction predicted = new(Map(1, 1, 1, 0, 0), [new(1, 0, 0.9)]);
        TaskSetup ground = Setup with { StuffIndices = [0] };
        ImageEvidence evidence = task.Compare(truth, predicted, ground);
        task.Compare(truth, predicted, Setup).Content.ShouldBe(evidence.Content, "what is ground can change without comparing again");

        Dictionary<(string, int), double> values = Values(task, evidence, ground);
        values[(MetricNames.PanopticQuality, RunMetric.AllClasses)].ShouldBe(0.375, 1e-12);
        values[(MetricNames.PanopticQualityOfStuff, RunMetric.AllClasses)].ShouldBe(0.75, 1e-12);
        values[(MetricNames.PanopticQualityOfThings, RunMetric.AllClasses)].ShouldBe(0);
        values[(MetricNames.PanopticQuality, 0)].ShouldBe(0.75, 1e-12);
        Values(task, evidence).Keys.ShouldNotContain((MetricNames.PanopticQualityOfStuff, RunMetric.AllClasses));
    }

    // Boxes that are alike, masks that are not: the upper half against the whole has IoU 1/2.
    [Fact]
    public void Compare_Masks_CountsPixelsAndNotBoxes()
    {
        ITaskEvaluation task = TaskEvaluations.Find(VisionTask.InstanceSegmentation)!;
        InstanceTruth truth = new([new(new(0, new(0, 0, 4, 4))) { Polygons = [[0, 0, 4, 0, 4, 4, 0, 4]] }]);
        InstancePrediction whole = new([new(new(0, new(0, 0, 4, 4), 0.9), RunLengthMask.FromBox(4, 4, new(0, 0, 4, 4)))]);
        InstancePrediction half = new([new(new(0, new(0, 0, 4, 4), 0.9), RunLengthMask.FromBox(4, 4, new(0, 0, 4, 2)))]);
        Values(task, task.Compare(truth, whole, Setup))[(MetricNames.AveragePrecision, RunMetric.AllClasses)].ShouldBe(1, 1e-12);
        Values(task, task.Compare(truth, half, Setup))[(MetricNames.AveragePrecision, RunMetric.AllClasses)].ShouldBe(0.1, 1e-9);
        task.Compare(truth, new InstancePrediction([]), Setup).Score.ShouldBe(0);
    }

    // "abcd" and "ef" read as "abxd" and "ef" in the wrong order: one of seven characters (with the line's end) is wrong.
    [Fact]
    public void Compare_Lines_AreReadFromTheTopDown()
    {
        ITaskEvaluation task = TaskEvaluations.Find(VisionTask.Text)!;
        TextTruth truth = new([new("abcd", [0, 0, 9, 0, 9, 5, 0, 5]), new("ef", [0, 10, 9, 10, 9, 15, 0, 15]), new("###", [0, 20, 9, 20, 9, 25, 0, 25], IsIgnored: true)]);
        TextPrediction predicted = new([new("ef", 0.9, [0, 10, 9, 10, 9, 15, 0, 15]), new("abxd", 0.7, [0, 0, 9, 0, 9, 5, 0, 5])]);
        ImageEvidence evidence = task.Compare(truth, predicted, Setup);
        Dictionary<(string, int), double> values = Values(task, evidence);
        values[(MetricNames.CharacterErrorRate, RunMetric.AllClasses)].ShouldBe(1.0 / 7, 1e-12);
        values[(MetricNames.LineRecall, RunMetric.AllClasses)].ShouldBe(1);
        values[(MetricNames.ExactMatch, RunMetric.AllClasses)].ShouldBe(0);
        Should.Throw<InvalidDataException>(() => task.Prepare([[1, 0]], Setup));
    }

    // The second line starts half a pixel above the first, as a finder may place it; the third is read where nobody can read.
    [Fact]
    public void Compare_Lines_StandWhereTheirTruthStandsAndIgnoredOnesCountForNothing()
    {
        ITaskEvaluation task = TaskEvaluations.Find(VisionTask.Text)!;
        TextTruth truth = new([new("left", [0, 0, 9, 0, 9, 5, 0, 5]), new("right", [20, 0.2, 29, 0.2, 29, 5, 20, 5]), new("tiny", [0, 20, 9, 20, 9, 25, 0, 25], IsIgnored: true)]);
        TextPrediction predicted = new([new("right", 0.9, [20, 0, 29, 0, 29, 5, 20, 5]), new("left", 0.7, [0, 0.5, 9, 0.5, 9, 5, 0, 5]), new("t?ny", 0.4, [0, 20, 9, 20, 9, 25, 0, 25])]);

        Dictionary<(string, int), double> values = Values(task, task.Compare(truth, predicted, Setup));

        values[(MetricNames.CharacterErrorRate, RunMetric.AllClasses)].ShouldBe(0);
        values[(MetricNames.ExactMatch, RunMetric.AllClasses)].ShouldBe(1);
        values[(MetricNames.LineHarmonicMean, RunMetric.AllClasses)].ShouldBe(1);

        // A third line that is truly there is one of three predictions too many: precision 2/3, recall 1, h-mean 4/5; "\nelse" is five of ten characters too many.
        values = Values(task, task.Compare(truth, predicted with { Lines = [.. predicted.Lines, new("else", 0.9, [40, 40, 49, 40, 49, 45, 40, 45])] }, Setup));
        values[(MetricNames.LineHarmonicMean, RunMetric.AllClasses)].ShouldBe(0.8, 1e-12);
        values[(MetricNames.LinePrecision, RunMetric.AllClasses)].ShouldBe(2.0 / 3, 1e-12);
        values[(MetricNames.CharacterErrorRate, RunMetric.AllClasses)].ShouldBe(0.5, 1e-12);
    }

    private static ClassMap Map(params int[] classes) => ClassMap.From(classes.Length, 1, classes);

    private static Dictionary<(string, int), double> Values(ITaskEvaluation task, ImageEvidence evidence, TaskSetup? setup = null)
    {
        IEvidenceSet set = task.Prepare([evidence.Content], setup ?? Setup);
        double[] values = new double[set.Statistics.Count];
        set.Summarize([], values);
        return set.Statistics.Zip(values).ToDictionary(pair => (pair.First.Metric, pair.First.ClassIndex), pair => pair.Second);
    }
}
