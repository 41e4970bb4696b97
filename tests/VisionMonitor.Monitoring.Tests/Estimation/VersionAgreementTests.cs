using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Estimation;

public sealed class VersionAgreementTests
{
    private const string Whose = "the other version's answers";
    private static readonly TaskSetup Setup = new(4, 0.3);

    [Fact]
    public void Estimate_WindowsLikeTheReference_AreHeld()
    {
        int held = 0;
        double error = 0;
        for (ulong seed = 1; seed <= 60; seed++)
        {
            VersionAgreement learnt = VersionAgreement.Learn(new ClassificationTask(), Setup, [.. Images(seed * 10_000, 240, 0.8)], Whose)!;
            (LabelledAnswer Own, Prediction Other)[] window = [.. Images((seed * 10_000) + 5_000, 60, 0.8)];
            EstimatedQuality estimate = Accuracy(learnt, window);
            double measured = Measured(window);
            held += measured >= estimate.Low && measured <= estimate.High ? 1 : 0;
            error += Math.Abs(estimate.Value - measured) / 60;
            estimate.Distrust.ShouldBeNull();
        }

        held.ShouldBeInRange(53, 60);
        error.ShouldBeLessThan(0.04);
    }

    // Each errs alone, so where one of two images is answered rightly by either they agree far less: the fall shows without a label, and the line says that it is drawn beyond its end.
    [Fact]
    public void Estimate_BothWorse_FallsAndIsDistrusted()
    {
        VersionAgreement learnt = VersionAgreement.Learn(new ClassificationTask(), Setup, [.. Images(1, 240, 0.9)], Whose)!;
        EstimatedQuality quiet = Accuracy(learnt, [.. Images(5_000, 60, 0.9)]), fallen = Accuracy(learnt, [.. Images(7_000, 60, 0.5)]);
        quiet.Value.ShouldBe(0.9, 0.06);
        fallen.Value.ShouldBeLessThan(0.7);
        fallen.Distrust.ShouldNotBeNull().ShouldContain("beyond its end");
        fallen.High.ShouldBeGreaterThan(fallen.Value + 0.05);
    }

    [Fact]
    public void Estimate_VersionsThatNeverDiffered_LeavesOneImageOpen()
    {
        VersionAgreement learnt = VersionAgreement.Learn(new ClassificationTask(), Setup, [.. Images(1, 240, 1)], Whose)!;
        EstimatedQuality same = Accuracy(learnt, [.. Images(5_000, 20, 1)]), other = Accuracy(learnt, [.. Images(5_000, 20, 0.8)]);
        (same.Value, same.Low).ShouldBe((1, 0.95));
        (other.Low, other.High).ShouldBe((0, 1));
        other.Distrust.ShouldNotBeNull();
    }

    [Fact]
    public void Learn_AnswersThatCannotBeHeldAgainstEachOther_AreLeftOut()
    {
        (LabelledAnswer Own, Prediction Other)[] foreign = [.. Images(1, 10, 1).Select(one => (one.Own, (Prediction)new TextPrediction([])))];
        VersionAgreement.Learn(new ClassificationTask(), Setup, foreign, Whose).ShouldBeNull();
        VersionAgreement.Learn(new ClassificationTask(), Setup, [.. foreign, .. Images(1, 40, 0.9)], Whose)!.ReferenceCount.ShouldBe(40);
    }

    private static EstimatedQuality Accuracy(VersionAgreement learnt, (LabelledAnswer Own, Prediction Other)[] window) =>
        learnt.Estimate([.. window.Select(one => (one.Own.Predicted, one.Other))]).Single(one => one.Metric == MetricNames.Accuracy);

    private static double Measured((LabelledAnswer Own, Prediction Other)[] window) =>
        window.Average(one => ((ClassificationPrediction)one.Own.Predicted).TopClassIndex == ((ClassificationTruth)one.Own.Truth).ClassIndex ? 1.0 : 0);

    // Two versions that are right with the same chance, each by itself, and name another class at random where they are not.
    private static IEnumerable<(LabelledAnswer Own, Prediction Other)> Images(ulong seed, int count, double chance)
    {
        for (int image = 0; image < count; image++)
        {
            int truth = image % 4;
            yield return (new LabelledAnswer(new ClassificationTruth(truth), Said(seed, image, truth)), Said(seed + 1, image, truth));
        }

        ClassificationPrediction Said(ulong own, int image, int truth)
        {
            float[] probabilities = [0.1f, 0.1f, 0.1f, 0.1f];
            probabilities[SplitMix64.Uniform(own, (ulong)image) < chance ? truth : (truth + 1 + SplitMix64.Index(own + 500, (ulong)image, 3)) % 4] = 0.7f;
            return new ClassificationPrediction(probabilities);
        }
    }
}
