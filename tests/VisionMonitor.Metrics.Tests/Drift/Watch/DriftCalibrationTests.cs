using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift;

public sealed class DriftCalibrationTests
{
    private const int Dimension = 16;
    private static readonly DriftCalibrationOptions Options = new() { FalseAlarmRate = 0.05, Draws = 999, FeatureCount = 256, Seed = 5 };

    /// <summary>400 windows from the baseline's own distribution at a rate of 5 %: 20 ± 3·√(400·.05·.95) = 7 to 33 alarms.</summary>
    [Fact]
    public void Check_NoShift_AlarmsAtTheStatedRate()
    {
        DriftCalibration calibration = DriftCalibration.From(Normal(1, 2000, 0), Dimension, 100, Options);

        int alarms = Enumerable.Range(0, 400).Count(i => calibration.Check(Normal(100 + (ulong)i, 100, 0)).IsAlarm);

        alarms.ShouldBeInRange(7, 33);
    }

    [Fact]
    public void Check_MeanShiftOfHalfADeviation_AlarmsAlmostAlways()
    {
        DriftCalibration calibration = DriftCalibration.From(Normal(1, 2000, 0), Dimension, 100, Options);

        DriftVerdict[] verdicts = [.. Enumerable.Range(0, 20).Select(i => calibration.Check(Normal(100 + (ulong)i, 100, 0.5)))];

        verdicts.Count(v => v.IsAlarm).ShouldBeGreaterThanOrEqualTo(19);
        verdicts.Min(v => v.PValue).ShouldBe(1.0 / 1000);
    }

    /// <summary>The limit scales with the window: a window of half the planned size still keeps the rate (same bounds as above).</summary>
    [Fact]
    public void Check_SmallerWindowThanPlanned_StillKeepsTheRate()
    {
        DriftCalibration calibration = DriftCalibration.From(Normal(1, 2000, 0), Dimension, 100, Options);

        Enumerable.Range(0, 400).Count(i => calibration.Check(Normal(100 + (ulong)i, 50, 0)).IsAlarm).ShouldBeInRange(7, 33);
    }

    [Fact]
    public void Check_SketchOfTwoHours_EqualsTheWholeWindow()
    {
        DriftCalibration calibration = DriftCalibration.From(Normal(1, 500, 0), Dimension, 60, Options);
        float[] window = Normal(7, 60, 0);
        double[] sum = new double[Options.FeatureCount];
        int count = calibration.Features.AddTo(window.AsSpan(0, 25 * Dimension), sum) + calibration.Features.AddTo(window.AsSpan(25 * Dimension), sum);

        calibration.Check(sum, count).ShouldBe(calibration.Check(window));
    }

    [Fact]
    public void From_SameSeed_GivesTheSameLimit()
    {
        float[] baseline = Normal(1, 300, 0);

        DriftCalibration.From(baseline, Dimension, 50, Options).Limit.ShouldBe(DriftCalibration.From(baseline, Dimension, 50, Options).Limit);
        DriftCalibration.From(baseline, Dimension, 50, Options with { Seed = 6 }).Limit.ShouldNotBe(DriftCalibration.From(baseline, Dimension, 50, Options).Limit);
    }

    [Fact]
    public void FromAndCheck_RowOfNaNOrZeros_Throw()
    {
        float[] baseline = Normal(1, 100, 0), window = Normal(2, 10, 0);
        DriftCalibration calibration = DriftCalibration.From(baseline, Dimension, 10, Options);
        window[3] = float.NaN;
        Should.Throw<ArgumentException>(() => calibration.Check(window));
        window.AsSpan(0, Dimension).Clear();
        Should.Throw<ArgumentException>(() => calibration.Check(window));
        baseline[5] = float.PositiveInfinity;
        Should.Throw<ArgumentException>(() => DriftCalibration.From(baseline, Dimension, 10, Options));
    }

    /// <summary>What 4,000 draws say of one in 100,000 is never below what a million draws show, and at most a third above.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void From_RateFinerThanTheDraws_IsReadOffTheirTailAndCareful(ulong seed)
    {
        float[] baseline = Normal(1, 300, 0);
        DriftCalibrationOptions options = Options with { FeatureCount = 64, FalseAlarmRate = 1e-5, Seed = seed };

        double shown = DriftCalibration.From(baseline, Dimension, 20, options with { Draws = 1_000_000 }).Limit;
        double read = DriftCalibration.From(baseline, Dimension, 20, options with { Draws = 4000 }).Limit;

        read.ShouldBeInRange(shown, shown * 4 / 3);
    }

    [Fact]
    public void From_RateFinerThanFewDraws_Throws() =>
        Should.Throw<ArgumentException>(() => DriftCalibration.From(Normal(1, 100, 0), Dimension, 10, Options with { FalseAlarmRate = 0.0001 }));

    [Fact]
    public void From_ConstantBaseline_SaysSo()
    {
        float[] constant = new float[100 * Dimension];
        Array.Fill(constant, 1f);

        Should.Throw<ArgumentException>(() => DriftCalibration.From(constant, Dimension, 10, Options)).Message.ShouldContain("does not vary");
    }

    internal static float[] Normal(ulong seed, int count, double shift)
    {
        float[] rows = new float[count * Dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (float)(SplitMix64.Normal(seed, (ulong)i) + shift);
        }

        return rows;
    }
}
