using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class RuleBacktestTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_AFaultThatRecovers_FiresOnceFromItsFirstBadPointToItsRecovery()
    {
        RuleBacktest test = RuleBacktest.Of(Rule(pendingHours: 1), History(0.9, 0.9, 0.4, 0.4, 0.4, 0.9, 0.9));

        test.Firings.ShouldBe([(Start.AddHours(2), Start.AddHours(5))]);
        test.PerMonth.ShouldBe(1 / (6 / 24.0) * 30);
    }

    [Fact]
    public void Of_AFaultShorterThanThePendingPeriod_NeverFires() =>
        RuleBacktest.Of(Rule(pendingHours: 3), History(0.9, 0.4, 0.4, 0.9, 0.9)).Firings.ShouldBeEmpty();

    [Fact]
    public void Of_AFaultThatLasts_IsStillOpen() =>
        RuleBacktest.Of(Rule(pendingHours: 0), History(0.9, 0.4, 0.4)).Firings.ShouldBe([(Start.AddHours(1), null)]);

    [Fact]
    public void Of_NoHistory_SaysSo()
    {
        RuleBacktest test = RuleBacktest.Of(Rule(pendingHours: 0), []);

        (test.PointCount, test.PerMonth).ShouldBe((0, null));
    }

    private static AlertRule Rule(double pendingHours) => new()
    {
        Name = "falls",
        Metric = MetricNames.Accuracy,
        Threshold = 0.5,
        RecoveryThreshold = 0.8,
        PendingPeriod = TimeSpan.FromHours(pendingHours),
    };

    private static ChartPoint[] History(params double[] values) => [.. values.Select((value, hour) => new ChartPoint(Start.AddHours(hour).ToUnixTimeMilliseconds(), value, Count: 48))];
}
