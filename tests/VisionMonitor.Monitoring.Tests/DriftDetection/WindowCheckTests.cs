using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.DriftDetection;

public sealed class WindowCheckTests
{
    private static readonly DriftBudget Budget = new(DaysPerFalseAlarm: 90, ChecksPerDay: 1, ChannelCount: 2);
    private static readonly ModelVersion Version = new() { Id = 1, Name = "m", Sha256 = "ab", Contract = "{}" };

    [Fact]
    public void Judge_WindowsLikeTheBaseline_AreStableAndAShiftedOneDrifts()
    {
        SketchedBaseline baseline = Baseline(Draw(300, shift: 0, seed: 1));
        DriftCalibrations calibrations = new();

        DriftCheck[] same = [.. Enumerable.Range(0, 20).Select(window => WindowCheck.Judge(Sketches(Draw(40, shift: 0, seed: 100 + window)), baseline, TimeSpan.FromDays(1), "", Budget, calibrations))];
        DriftCheck moved = WindowCheck.Judge(Sketches(Draw(40, shift: 0.8f, seed: 7)), baseline, TimeSpan.FromDays(1), "", Budget, calibrations);

        same.ShouldAllBe(check => check.State == DriftState.Stable && check.Score < check.Limit && check.Reason == null);
        (moved.State, moved.WindowCount, moved.BaselineCount).ShouldBe((DriftState.Drifting, 40, 300));
        moved.Score!.Value.ShouldBeGreaterThan(moved.Limit!.Value);
        moved.PValue!.Value.ShouldBeLessThan(0.01);
        moved.Reason!.ShouldBe("Most of all: appearance to the model.");
    }

    [Theory]
    [InlineData(0, 40, "There is no baseline with embeddings for this channel; choose an image set as the project's baseline, and a model with an embedding output.")]
    [InlineData(25, 40, "The baseline has 25 images here; 15 more are needed.")]
    [InlineData(300, 3, "The window has 3 images here; 2 more are needed.")]
    public void Judge_WithTooFewImages_IsCalibratingAndSaysWhatIsMissing(int baselineCount, int windowCount, string reason)
    {
        DriftCheck check = WindowCheck.Judge(Sketches(Draw(windowCount, 0, 2)), Baseline(Draw(baselineCount, 0, 1)), TimeSpan.FromDays(1), "", Budget, new DriftCalibrations());

        (check.State, check.Score, check.Limit, check.Reason).ShouldBe((DriftState.Calibrating, null, null, reason));
    }

    // A camera is compared with its own images: what is usual on one is a shift on the other.
    [Fact]
    public void Judge_ACamera_IsComparedWithItsOwnImages()
    {
        SketchedBaseline baseline = new("b", Version, 1, [.. Draw(200, shift: 0, seed: 1).Select(image => new BaselineImage("gate", default, image)), .. Draw(200, shift: 2, seed: 2).Select(image => new BaselineImage("door", default, image))]);
        IReadOnlyList<DriftSketchRow> window = Sketches(Draw(40, shift: 2, seed: 3));

        WindowCheck.Judge(window, baseline, TimeSpan.FromDays(1), "door", Budget, new DriftCalibrations()).State.ShouldBe(DriftState.Stable);
        WindowCheck.Judge(window, baseline, TimeSpan.FromDays(1), "gate", Budget, new DriftCalibrations()).State.ShouldBe(DriftState.Drifting);
    }

    [Fact]
    public void Judge_ABaselineThatDoesNotVary_IsCalibrating()
    {
        SketchedImage[] flat = [.. Enumerable.Repeat(new SketchedImage(0, 0.5f, [1, 1], [0.5f, 0.5f, 0.5f, 0.5f]), 100)];

        DriftCheck check = WindowCheck.Judge(Sketches(flat), Baseline(flat), TimeSpan.FromDays(1), "", Budget, new DriftCalibrations());

        check.State.ShouldBe(DriftState.Calibrating);
        check.Reason!.ShouldContain("hardly vary");
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
        SketchedBaseline baseline = Baseline(Draw(300, shift: 0, seed: 1));
        DriftBudget everyMinute = Budget with { ChecksPerDay = 1440 };

        DriftCheck daily = WindowCheck.Judge(Sketches(Draw(40, shift: 0, seed: 100)), baseline, TimeSpan.FromDays(1), "", Budget, new DriftCalibrations());
        DriftCheck same = WindowCheck.Judge(Sketches(Draw(40, shift: 0, seed: 100)), baseline, TimeSpan.FromDays(1), "", everyMinute, new DriftCalibrations());
        DriftCheck moved = WindowCheck.Judge(Sketches(Draw(40, shift: 0.8f, seed: 7)), baseline, TimeSpan.FromDays(1), "", everyMinute, new DriftCalibrations());

        same.Limit!.Value.ShouldBeGreaterThan(daily.Limit!.Value * 1.1);
        (same.State, moved.State).ShouldBe((DriftState.Stable, DriftState.Drifting));
    }

    private static SketchedBaseline Baseline(SketchedImage[] images) => new("b", Version, 1, [.. images.Select(image => new BaselineImage("gate", default, image))]);

    private static IReadOnlyList<DriftSketchRow> Sketches(SketchedImage[] images) => ShardSketches.Of(Version, images.Select(image => (new Image { ClientId = "", Sha256 = "", Camera = "gate" }, image)));

    private static SketchedImage[] Draw(int count, float shift, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new SketchedImage(0, (float)random.NextDouble(), [1 + shift + Noise(), 1 + Noise(), 1 + Noise(), 1 + Noise()], [0.5f + (Noise() / 10), 0.5f + (Noise() / 10), 0.5f + (Noise() / 10), 0.5f + (Noise() / 10)]))];

        float Noise() => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
    }
}
