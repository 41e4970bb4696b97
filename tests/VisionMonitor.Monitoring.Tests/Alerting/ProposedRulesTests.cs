using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Alerting;

public sealed class ProposedRulesTests
{
    private static readonly DateTimeOffset Zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void For_ASteadyHistory_ProposesRulesThatStaySilentOnItAndFindAFall()
    {
        SeriesPoint[] steady = Series(index => 0.93 + (0.01 * Math.Sin(index * 2.3)), 80), volume = Series(index => 1000 + (index % 7), 80);

        IReadOnlyList<AlertRule> rules = ProposedRules.For(5, MetricNames.Accuracy, new Dictionary<string, IReadOnlyList<SeriesPoint>> { [MetricNames.Accuracy] = steady, [MetricNames.Volume] = volume }, driftLimit: 3.14159);

        rules.Select(rule => rule.Metric).ShouldBe([MetricNames.Accuracy, MetricNames.Drift, MetricNames.Volume]);
        rules.ShouldAllBe(rule => rule.ProjectId == 5);
        AlertRule quality = rules[0];
        AlertJudge.Judge(quality, steady, Zero.AddYears(1)).State.ShouldBeNull();
        SeriesPoint[] fallen = [.. steady, .. Series(_ => 0.85, 3, from: 80)];
        AlertJudge.Judge(quality, fallen, Zero.AddYears(1)).State.ShouldBe(IncidentState.Firing);
        (quality.PendingPeriod, quality.MinimumCount).ShouldBe((TimeSpan.FromHours(6), 24));
        (rules[1].Threshold, rules[1].RecoveryThreshold).ShouldBe((3.14, 2.51));
        (rules[2].Threshold, rules[2].RecoveryThreshold).ShouldBe((100, 301));
    }

    [Fact]
    public void For_AHistoryThatHoldsAFault_IsNotFooledByIt()
    {
        SeriesPoint[] history = Series(index => index is > 50 and < 70 ? 0.6 : 0.93 + (0.005 * Math.Sin(index * 2.3)), 80);

        AlertRule rule = ProposedRules.For(5, MetricNames.Accuracy, new Dictionary<string, IReadOnlyList<SeriesPoint>> { [MetricNames.Accuracy] = history }, null).ShouldHaveSingleItem();

        rule.Threshold.ShouldBeInRange(0.88, 0.92);
        AlertJudge.Judge(rule, history.AsSpan(0, 65), Zero.AddYears(1)).State.ShouldBe(IncidentState.Firing);
    }

    [Fact]
    public void For_TooShortAHistory_ProposesNothing() =>
        ProposedRules.For(5, MetricNames.Accuracy, new Dictionary<string, IReadOnlyList<SeriesPoint>> { [MetricNames.Accuracy] = Series(_ => 0.9, 7) }, null).ShouldBeEmpty();

    private static SeriesPoint[] Series(Func<int, double> value, int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(index => new SeriesPoint(index, Zero.AddHours(6 * index), value(index), 48))];
}
