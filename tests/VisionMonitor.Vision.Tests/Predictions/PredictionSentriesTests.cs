using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Predictions;

public sealed class PredictionSentriesTests
{
    private static readonly string[] _classes = ["box", "tube", "crate"];

    [Fact]
    public void Judge_NothingFound_IsSaid() =>
        Codes([.. Enumerable.Range(0, 20).Select(_ => new DetectionPrediction([]))]).ShouldBe(["no_detections"]);

    [Fact]
    public void Judge_SameProbabilities_IsSaid() =>
        Codes([.. Enumerable.Range(0, 20).Select(_ => new ClassificationPrediction([0.5f, 0.3f, 0.2f]))], null).ShouldBe(["scores_all_equal"]);

    [Fact]
    public void Judge_AbsentClass_IsSaidWhereTheBaselineHasIt()
    {
        Prediction[] predictions = [.. Enumerable.Range(0, 40).Select(index => new ClassificationPrediction(index % 2 == 0 ? [0.8f, 0.2f, 0] : [0.3f, 0.7f, 0]))];
        Codes(predictions, [0.5, 0.3, 0.2]).ShouldBe(["class_never_predicted"]);
        Codes(predictions, [0.5, 0.49, 0.01]).ShouldBeEmpty();
        Codes(predictions, null).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(new[] { 0.6, 0.3, 0.1 }, new[] { 0 })]
    [InlineData(new[] { 0.1, 0.6, 0.3 }, new[] { 1 })]
    [InlineData(new[] { 0.3, 0.1, 0.6 }, new[] { 1 })]
    [InlineData(new[] { 0.34, 0.33, 0.33 }, new[] { 0 })]
    public void Judge_SharesUnderOthersNames_AreSaid(double[] baseline, int[] isSaid)
    {
        // 60 of the first class, 30 of the second, 10 of the third.
        Prediction[] predictions = [.. Enumerable.Range(0, 100).Select(index => new ClassificationPrediction(index < 60 ? [0.8f, 0.1f, 0.1f] : index < 90 ? [0.2f, 0.7f, 0.1f] : [0.2f, 0.2f, 0.6f]))];
        Codes(predictions, baseline).Contains("label_map_permuted").ShouldBe(isSaid[0] == 1);
    }

    [Fact]
    public void Judge_FewImages_SayNothing() => Codes([new DetectionPrediction([])]).ShouldBeEmpty();

    private static IEnumerable<string> Codes(IReadOnlyList<Prediction> predictions, double[]? shares = null) =>
        PredictionSentries.Judge(predictions, _classes, shares).Select(finding => finding.Code);
}
