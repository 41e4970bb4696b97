using VisionMonitor.Metrics.Detection;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class RunSentriesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pump_VersionThatNeverSaysBlue_IsFoundAndTheOtherIsNot(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 48, baselineCount: 60);
        PlannedRun planned = await planted.PlanAsync();

        await planted.Pump.PumpAsync(planned.RunId, Token);

        // A third of the baseline is blue, so that 16 of 48 are expected; the second version takes blue for green.
        string findings = (await planted.RowsAsync<Run>()).Single(run => run.Id == planned.RunId).Findings.ShouldNotBeNull();
        findings.ShouldStartWith("v2: 'blue' is never predicted on 48 images; in the baseline it is 33");
        findings.ShouldEndWith("(class_never_predicted).");
    }

    [Fact]
    public void SentencesOf_NoDetectionsAtAll_IsFound() =>
        RunSentries.SentencesOf([.. Enumerable.Range(0, 30).Select(_ => Answer(new DetectionPrediction([])))], ["box"], null).ShouldBe(["The model finds nothing on any of 30 images (no_detections)."]);

    [Fact]
    public void SentencesOf_NumbersThatAreNotFinite_AreFoundFromHalfOfTheImagesOn()
    {
        Rescore bad = new() { Failure = "non_finite_output: The output 'logits' holds a number that is not finite." };
        Rescore good = Answer(new DetectionPrediction([new PredictedBox(0, new(0, 0, 5, 5), 0.5)]));
        RunSentries.SentencesOf([bad, bad, good, good], ["box"], null).ShouldBe(["2 of 4 images were answered with numbers that are not finite (non_finite_output)."]);
        RunSentries.SentencesOf([bad, good, good], ["box"], null).ShouldBeEmpty();
    }

    private static Rescore Answer(Prediction prediction) => new() { Prediction = prediction.ToJson() };
}
