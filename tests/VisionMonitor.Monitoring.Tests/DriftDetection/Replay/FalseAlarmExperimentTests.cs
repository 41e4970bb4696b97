using VisionMonitor.Monitoring.DriftDetection.Replay;

namespace VisionMonitor.Monitoring.Tests.DriftDetection.Replay;

public sealed class FalseAlarmExperimentTests
{
    [Fact]
    public void Run_SyntheticWorld_KeepsTheBudgetFindsTheShiftsAndIsTheSameOnTwoThreads()
    {
        ReplayWorld world = SyntheticWorld.Create(4);
        ReplayOptions options = new() { Replays = 4, Seed = 4, ShiftHours = 24 };
        int done = 0;

        ReplayReport one = FalseAlarmExperiment.Run(world, options, () => Interlocked.Increment(ref done), TestContext.Current.CancellationToken);
        ReplayReport two = FalseAlarmExperiment.Run(world, options with { Threads = 2 }, () => { }, TestContext.Current.CancellationToken);

        done.ShouldBe(4);
        two.Shifts.SelectMany(shift => shift.Hours).ShouldBe(one.Shifts.SelectMany(shift => shift.Hours));
        two.FalseAlarms.ShouldBe(one.FalseAlarms);
        one.FalseAlarms.ShouldBeLessThan(4);
        one.Shifts.ShouldAllBe(shift => shift.Median <= 12);
        one.FalseAlarmInterval.High.ShouldBeGreaterThan(one.FalseAlarmsPer30Days);
    }

    [Fact]
    public void Median_HalfMissed_IsUnknown()
    {
        new ShiftDelay("", [1, 2, null, null, null]).Median.ShouldBeNull();
        new ShiftDelay("", [3, 1, 2, null, null]).Median.ShouldBe(3);
        new ShiftDelay("", [3, 1, 2, null, null]).MissedShare.ShouldBe(0.4);
    }
}
