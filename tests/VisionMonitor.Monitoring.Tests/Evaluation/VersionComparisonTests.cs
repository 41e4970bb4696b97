using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Evaluation;

public sealed class VersionComparisonTests
{
    private static readonly TaskSetup Setup = new(ClassCount: 2, OperatingConfidence: 0.5);
    private static readonly ITaskEvaluation Task = TaskEvaluations.Find(VisionTask.Classification)!;

    // 100 images of class 0 and 1 in turn. A is wrong on the first 20, B on the last 5: B gains 0.15.
    [Fact]
    public void Of_AClearlyBetterVersion_SaysSoWithItsImages()
    {
        VersionComparison comparison = Compare(image => image >= 20, image => image < 95);

        comparison.Headline.Difference.ShouldNotBeNull().ShouldBe(0.15, 1e-12);
        comparison.Headline.IsClear.ShouldBeTrue();
        comparison.Headline.PValue.ShouldNotBeNull().ShouldBeLessThan(0.05);
        comparison.Wins.Select(image => image.ImageId).ShouldBe(Enumerable.Range(0, 20).Select(id => (long)id));
        comparison.Losses.Select(image => image.ImageId).ShouldBe(Enumerable.Range(95, 5).Select(id => (long)id));
        comparison.Ties.Count.ShouldBe(75);

        // The difference per image is 1 on 20, −1 on 5 and 0 elsewhere: variance .25 − .15², standard error .0477, and 2.8 of those are visible.
        comparison.SmallestVisibleDifference.ShouldNotBeNull().ShouldBe(2.802 * Math.Sqrt((0.25 - 0.0225) / 100), 0.02);
    }

    [Fact]
    public void Of_EquallyGoodVersions_IsNotClear()
    {
        VersionComparison comparison = Compare(image => image >= 5, image => image < 95);

        comparison.Headline.Difference.ShouldNotBeNull().ShouldBe(0, 1e-12);
        comparison.Headline.IsClear.ShouldBeFalse();
        comparison.PerClass.ShouldNotBeEmpty();
    }

    [Fact]
    public void Of_NoImageInCommon_HasNoDifference()
    {
        IEvidenceSet nothing = Task.Prepare(Array.Empty<byte[]>(), Setup);

        VersionComparison comparison = VersionComparison.Of([], nothing, nothing, [], 100, seed: 1);

        (comparison.ImageCount, comparison.Headline.Difference, comparison.SmallestVisibleDifference).ShouldBe((0, null, null));
    }

    private static VersionComparison Compare(Func<int, bool> isRightA, Func<int, bool> isRightB)
    {
        double[] weights = new double[100];
        Array.Fill(weights, 1);
        return VersionComparison.Of([.. Enumerable.Range(0, 100).Select(id => (long)id)], Evidence(isRightA), Evidence(isRightB), weights, 400, seed: 7);
    }

    private static IEvidenceSet Evidence(Func<int, bool> isRight) => Task.Prepare(
        [
            .. Enumerable.Range(0, 100).Select(image =>
            {
                int answer = isRight(image) ? image % 2 : 1 - image % 2;
                return Task.Compare(new ClassificationTruth(image % 2), new ClassificationPrediction(answer == 0 ? [0.9f, 0.1f] : [0.1f, 0.9f]), Setup).Content;
            }),
        ],
        Setup);
}
