using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.DriftDetection;

public sealed class WindowCheckTests
{
    private static readonly DriftBudget Budget = new(DaysPerFalseAlarm: 90, ChecksPerDay: 1, ChannelCount: 2);

    [Fact]
    public void Judge_WindowsLikeTheBaseline_AreStableAndAShiftedOneDrifts()
    {
        EmbeddingSet baseline = Draw(300, shift: 0, seed: 1);
        DriftCalibrations calibrations = new();

        DriftCheck[] same = [.. Enumerable.Range(0, 20).Select(window => WindowCheck.Judge(Draw(40, shift: 0, seed: 100 + window), baseline, "b", Budget, calibrations))];
        DriftCheck moved = WindowCheck.Judge(Draw(40, shift: 0.8f, seed: 7), baseline, "b", Budget, calibrations);

        same.ShouldAllBe(check => check.State == DriftState.Stable && check.Score < check.Limit && check.Reason == null);
        (moved.State, moved.WindowCount, moved.BaselineCount).ShouldBe((DriftState.Drifting, 40, 300));
        moved.Score!.Value.ShouldBeGreaterThan(moved.Limit!.Value);
        moved.PValue!.Value.ShouldBeLessThan(0.01);
    }

    [Theory]
    [InlineData(0, 40, "There is no baseline with embeddings for this channel; choose an image set as the project's baseline, and a model with an embedding output.")]
    [InlineData(25, 40, "The baseline has 25 images here; 15 more are needed.")]
    [InlineData(300, 3, "The window has 3 images here; 5 more are needed.")]
    public void Judge_WithTooFewImages_IsCalibratingAndSaysWhatIsMissing(int baselineCount, int windowCount, string reason)
    {
        DriftCheck check = WindowCheck.Judge(Draw(windowCount, 0, 2), Draw(baselineCount, 0, 1), "b", Budget, new DriftCalibrations());

        (check.State, check.Score, check.Limit, check.Reason).ShouldBe((DriftState.Calibrating, null, null, reason));
    }

    [Fact]
    public void Judge_ABaselineThatDoesNotVary_IsCalibrating()
    {
        EmbeddingSet flat = new(2, [.. Enumerable.Repeat(1f, 200)]);

        WindowCheck.Judge(flat, flat, "flat", Budget, new DriftCalibrations()).State.ShouldBe(DriftState.Calibrating);
    }

    [Fact]
    public void FromBytes_VectorsThatAreMissingZeroOrNotFinite_AreLeftOut()
    {
        EmbeddingSet set = EmbeddingSet.FromBytes([EmbeddingSet.ToBytes([1, 2]), null, EmbeddingSet.ToBytes([0, 0]), EmbeddingSet.ToBytes([float.NaN, 1]), EmbeddingSet.ToBytes([3]), EmbeddingSet.ToBytes([4, 5])]);

        (set.Dimension, set.Count).ShouldBe((2, 2));
        set.Rows.ShouldBe([1, 2, 4, 5]);
    }

    // 2 checks a day × 10 channels × 90 days: one false alarm in 1,800 checks. A check a minute asks for one in 1,296,000.
    [Fact]
    public void Budget_OfAProject_IsSharedByAllChecksHoweverManyThereAre()
    {
        DriftBudget daily = new(90, ChecksPerDay: 2, ChannelCount: 10);
        (daily.Rate, daily.Draws).ShouldBe((1 / 1800.0, 4000));

        DriftBudget everyMinute = new(90, ChecksPerDay: 1440, ChannelCount: 10);
        (everyMinute.Rate, everyMinute.Draws).ShouldBe((1 / 1_296_000.0, 4000));
    }

    [Fact]
    public void Judge_ACheckAMinute_HasAHigherLimitThanOneADayAndSeesALargeShift()
    {
        EmbeddingSet baseline = Draw(300, shift: 0, seed: 1);
        DriftBudget everyMinute = Budget with { ChecksPerDay = 1440 };

        DriftCheck daily = WindowCheck.Judge(Draw(40, shift: 0, seed: 100), baseline, "b", Budget, new DriftCalibrations());
        DriftCheck same = WindowCheck.Judge(Draw(40, shift: 0, seed: 100), baseline, "b", everyMinute, new DriftCalibrations());
        DriftCheck moved = WindowCheck.Judge(Draw(40, shift: 0.8f, seed: 7), baseline, "b", everyMinute, new DriftCalibrations());

        same.Limit!.Value.ShouldBeGreaterThan(daily.Limit!.Value * 1.1);
        (same.State, moved.State).ShouldBe((DriftState.Stable, DriftState.Drifting));
    }

    private static EmbeddingSet Draw(int count, float shift, int seed)
    {
        Random random = new(seed);
        return new EmbeddingSet(4, [.. Enumerable.Range(0, count * 4).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble()) + shift)]);
    }
}
