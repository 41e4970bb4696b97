using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Tests.Detection;

public sealed class KeypointEvaluationTests
{
    private static readonly BoundingBox Here = new(0, 0, 10, 10);
    private readonly KeypointEvaluation _pose = new(new DetectionOptions(), 1);

    /// <summary>One joint has the deviation 1; 10 pixels beside it on an object of 100 the similarity is exp(−100 / (2 · 2² · 100)) = 0.8825: a hit at 8 of 10 thresholds.</summary>
    [Fact]
    public void Compare_JointBesideItsPlace_IsAHitUpToItsSimilarity()
    {
        DetectionReport report = _pose.Summarize([_pose.Compare([Person(5, 5, 2)], [Found(15, 5, 0.9)])], []);
        report.AveragePrecision50!.Value.ShouldBe(1, 1e-12);
        report.AveragePrecision75!.Value.ShouldBe(1, 1e-12);
        report.AveragePrecision!.Value.ShouldBe(0.8, 1e-12);
    }

    /// <summary>The boxes are one and the same, the joints far apart.</summary>
    [Fact]
    public void Compare_SameBoxOtherJoints_IsAMiss() =>
        _pose.Compare([Person(5, 5, 2)], [Found(105, 5, 0.9)]).AtThreshold(0).ShouldBe(new ImageOutcome(0, 1, 1));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Compare_ObjectWithoutALabelledJoint_CountsNeitherWay(int visibility)
    {
        TruthJoints unlabelled = visibility < 0 ? new(new TruthBox(0, Here), []) : Person(0, 0, visibility);
        _pose.Compare([unlabelled], [Found(5, 5, 0.9)]).AtThreshold(0).ShouldBe(new ImageOutcome(0, 0, 0));
    }

    [Fact]
    public void Compare_OtherNumberOfJoints_IsNotSimilar() =>
        _pose.Compare([new TruthJoints(new TruthBox(0, Here), [5, 5, 2, 5, 5, 2])], [Found(5, 5, 0.9)]).AtThreshold(0).ShouldBe(new ImageOutcome(0, 1, 1));

    [Fact]
    public void SigmasOf_SeventeenJoints_AreCocos()
    {
        KeypointEvaluation.SigmasOf(17).ShouldBe(KeypointOverlap.CocoSigmas);
        KeypointEvaluation.SigmasOf(4).ShouldBe([0.25, 0.25, 0.25, 0.25]);
    }

    private static TruthJoints Person(double x, double y, double visibility) => new(new TruthBox(0, Here), [x, y, visibility]);

    private static PredictedJoints Found(double x, double y, double confidence) => new(new PredictedBox(0, Here, confidence), [x, y, 1]);
}
