using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Alerting;

public sealed class AlertJudgeTests
{
    private static readonly DateTimeOffset Zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Bad below 0.8, good again from 0.9, pending and recovery of two hours, at least 10 images; one point an hour.
    private static readonly AlertRule Rule = new()
    {
        Name = "accuracy",
        Metric = MetricNames.Accuracy,
        Direction = AlertDirection.Below,
        Threshold = 0.8,
        RecoveryThreshold = 0.9,
        PendingPeriod = TimeSpan.FromHours(2),
        RecoveryPeriod = TimeSpan.FromHours(2),
        MinimumCount = 10,
    };

    [Theory]
    [InlineData("", null)]
    [InlineData("g g g", null)]
    [InlineData("b", "Pending")]
    [InlineData("b b", "Pending")]
    [InlineData("b b b", "Firing")]
    [InlineData("b b m", null)] // the gap between the thresholds is not bad: a pending fault is gone
    [InlineData("b b g", null)]
    [InlineData("b b ? b", "Firing")] // an unknown point is no evidence: the pending period goes on
    [InlineData("b b s b", "Firing")] // too few images: the same
    [InlineData("b b b ?", "Firing")] // no data is not "recovered"
    [InlineData("b b b s s s", "Firing")]
    [InlineData("b b b m m m m", "Firing")] // neither bad nor good: hysteresis
    [InlineData("b b b g", "Recovering")]
    [InlineData("b b b g g", "Recovering")]
    [InlineData("b b b g g g", null)]
    [InlineData("b b b g m", "Firing")] // not good for long enough
    [InlineData("b b b g b", "Firing")]
    [InlineData("b b b g m g g", "Recovering")] // the recovery period starts anew
    [InlineData("b b b g ? g", null)]
    [InlineData("b b b g g g b", "Pending")]
    public void Judge_ASeries_StandsAsTheTableSays(string series, string? expected) =>
        AlertJudge.Judge(Rule, Series(series), Zero.AddDays(9)).State?.ToString().ShouldBe(expected);

    [Fact]
    public void Judge_AFault_KnowsItsStartFiringWorstAndLatest()
    {
        AlertStanding standing = AlertJudge.Judge(Rule, Points(0.95, 0.79, 0.6, 0.7, 0.85), Zero.AddDays(9));

        standing.State.ShouldBe(IncidentState.Firing);
        standing.Start.At.ShouldBe(Zero.AddHours(1));
        standing.FiredAt.ShouldBe(Zero.AddHours(3));
        standing.Worst.Value.ShouldBe(0.6);
        standing.Latest.Value.ShouldBe(0.85);
    }

    [Fact]
    public void Judge_ForADriftScore_IsBadAbove()
    {
        AlertRule drift = new() { Name = "d", Metric = MetricNames.Drift, Direction = AlertDirection.Above, Threshold = 4, RecoveryThreshold = 3 };

        AlertJudge.Judge(drift, Points(1, 5), Zero.AddDays(1)).State.ShouldBe(IncidentState.Firing);
        AlertJudge.Judge(drift, Points(1, 5, 3.5), Zero.AddDays(1)).State.ShouldBe(IncidentState.Firing);
        AlertJudge.Judge(drift, Points(1, 5, 3.5, 3), Zero.AddDays(1)).State.ShouldBeNull();
    }

    [Fact]
    public void Judge_PointsAfterNow_AreNotSeen() =>
        AlertJudge.Judge(Rule, Series("b b b"), Zero.AddHours(1)).State.ShouldBe(IncidentState.Pending);

    [Fact]
    public void Judge_TenThousandRandomSeries_AgreesWithThePlainWordsAndNeverFlaps()
    {
        Random random = new(7);
        for (int trial = 0; trial < 10_000; trial++)
        {
            string series = string.Join(' ', Enumerable.Range(0, random.Next(1, 30)).Select(_ => "bmg?s"[random.Next(5)]));

            IncidentState? state = AlertJudge.Judge(Rule, Series(series), Zero.AddDays(9)).State;

            state.ShouldBe(InPlainWords(series), series);
        }
    }

    [Fact]
    public void Judge_AThousandPointsThatTrembleAroundTheLimit_MakeAtMostOneFaultInAnyPendingAndRecoveryTime()
    {
        Random random = new(11);
        SeriesPoint[] series = [.. Enumerable.Range(0, 1000).Select(hour => new SeriesPoint(hour, Zero.AddHours(hour), 0.85 + ((random.NextDouble() - 0.5) * 0.14), 50))];
        List<DateTimeOffset> fired = [];
        for (int count = 1; count <= series.Length; count++)
        {
            if (AlertJudge.Judge(Rule, series.AsSpan(0, count), Zero.AddDays(99)).FiredAt is { } at && !fired.Contains(at))
            {
                fired.Add(at);
            }
        }

        fired.Count.ShouldBeGreaterThan(0, "it does tremble across the limit");
        fired.Zip(fired.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First >= Rule.PendingPeriod + Rule.RecoveryPeriod);
    }

    // The rule once more, in other words: what matters is the run of equal evidence at the end, measured in hours.
    private static IncidentState? InPlainWords(string series)
    {
        bool isOpen = false;
        int? badSince = null, goodSince = null;
        string[] letters = series.Split(' ');
        for (int hour = 0; hour < letters.Length; hour++)
        {
            if (letters[hour] is "?" or "s")
            {
                continue;
            }

            badSince = letters[hour] == "b" ? badSince ?? hour : null;
            goodSince = letters[hour] == "g" ? goodSince ?? hour : null;
            isOpen = isOpen ? !(hour - goodSince >= 2) : hour - badSince >= 2;
            if (!isOpen && letters[hour] == "g")
            {
                goodSince = null;
            }
        }

        return isOpen ? (goodSince is null ? IncidentState.Firing : IncidentState.Recovering) : badSince is null ? null : IncidentState.Pending;
    }

    private static SeriesPoint[] Series(string letters) =>
        [.. letters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((letter, hour) => new SeriesPoint(
            hour, Zero.AddHours(hour), letter switch { "b" or "s" => 0.7, "m" => 0.85, "g" => 0.95, _ => null }, letter == "s" ? 9 : 10))];

    private static SeriesPoint[] Points(params double[] values) =>
        [.. values.Select((value, hour) => new SeriesPoint(hour, Zero.AddHours(hour), value, 100))];
}
