using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Tests.Detection;

public sealed class DetectionConfusionTests
{
    private static readonly DetectionEvaluation Coco = new(new DetectionOptions(), classCount: 2);

    [Fact]
    public void From_HandExample_PutsEachObjectAndPredictionOnce()
    {
        // Object 0 of class 0 is seen as class 1 with the better overlap and as class 0: the right class has the first claim,
        // and the other prediction falls on background. Object 1 is missed.
        TruthBox[] truth = [new(0, new BoundingBox(0, 0, 20, 20)), new(1, new BoundingBox(100, 0, 20, 20))];
        PredictedBox[] predicted = [new(1, truth[0].Box, 0.9), new(0, new BoundingBox(1, 0, 20, 20), 0.8)];
        DetectionConfusion matrix = DetectionConfusion.From([Coco.Compare(truth, predicted)], [2], 2, confidence: 0.5);
        matrix.Counts.ToArray().ShouldBe([2, 0, 0, 0, 0, 2, 0, 2, 0]);
        matrix[2, 1].ShouldBe(2);
    }

    [Fact]
    public void From_WrongClassOnly_IsConfused()
    {
        TruthBox[] truth = [new(0, new BoundingBox(0, 0, 20, 20))];
        PredictedBox[] predicted = [new(1, truth[0].Box, 0.9)];
        DetectionConfusion.From([Coco.Compare(truth, predicted)], [], 2, confidence: 0.5).Counts.ToArray().ShouldBe([0, 1, 0, 0, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void From_EvidenceWithoutPairs_IsRefused()
    {
        var evaluation = new DetectionEvaluation(new DetectionOptions { KeepsPairs = false }, 2);
        Should.Throw<ArgumentException>(() => DetectionConfusion.From([evaluation.Compare([], [])], [], 2, 0.5));
    }
}
