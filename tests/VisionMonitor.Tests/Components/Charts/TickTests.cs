using VisionMonitor.Monitoring.Charts;

namespace VisionMonitor.Tests.Components.Charts;

public sealed class TickTests
{
    [Fact]
    public void Between_ARangeOfShares_GivesRoundNumbersWithEqualDecimals() =>
        ValueTicks.Between(0.6, 0.8, 4).Select(tick => tick.Text).ShouldBe(["0.60", "0.65", "0.70", "0.75", "0.80"]);

    [Fact]
    public void Widen_OfEqualValues_GivesARange()
    {
        (double low, double high) = ValueTicks.Widen(5, 5, 4);

        low.ShouldBeLessThan(5);
        high.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Between_AcrossTheEndOfSummerTime_KeepsTicksOnLocalMidnight()
    {
        DateTimeOffset from = new(2026, 10, 23, 22, 0, 0, TimeSpan.Zero);

        IReadOnlyList<Tick> ticks = TimeTicks.Between(from.ToUnixTimeMilliseconds(), from.AddDays(4).ToUnixTimeMilliseconds(), 5, "Europe/Berlin");

        // Summer time ends on 25 October 2026: that day has 25 hours.
        ticks.Select(tick => tick.Text).ShouldBe(["2026-10-24", "10-25", "10-26", "10-27"]);
        ((ticks[2].Value - ticks[1].Value) / 3_600_000).ShouldBe(25);
    }

    [Fact]
    public void Between_AnEmptyRange_GivesNone() => TimeTicks.Between(5, 5, 5, "Etc/UTC").ShouldBeEmpty();
}
