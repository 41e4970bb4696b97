using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class ThinningTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ByTime_AMonthOfDaysAndAnHourOfMinutes_KeepsTheMonthAndTheNewestMinute()
    {
        DateTimeOffset[] runs = [.. Enumerable.Range(0, 30).Select(day => Start.AddDays(day)), .. Enumerable.Range(1, 60).Select(minute => Start.AddDays(29).AddMinutes(minute))];

        DateTimeOffset[] kept = Thinning.ByTime(runs, run => run, 240, _ => false);

        kept.Length.ShouldBe(30);
        kept[^1].ShouldBe(runs[^1]);
        kept[..29].ShouldBe(runs[..29]);
    }

    [Fact]
    public void ByTime_AnEvenSeries_KeepsAtMostOneMoreThanAsked() =>
        Thinning.ByTime([.. Enumerable.Range(0, 5000).Select(minute => Start.AddMinutes(minute))], run => run, 200, _ => false).Length.ShouldBeInRange(190, 201);

    [Fact]
    public void ByTime_WhereTheNewestOfAStretchWaitsForLabels_KeepsTheNewestThatHasThem()
    {
        DateTimeOffset[] runs = [Start, Start.AddDays(29), .. Enumerable.Range(1, 60).Select(minute => Start.AddDays(29).AddMinutes(minute))];

        DateTimeOffset[] kept = Thinning.ByTime(runs, run => run, 240, run => run < runs[^3]);

        kept.ShouldBe([Start, runs[^4]]);
    }

    [Fact]
    public void ByTime_OfOneItem_IsThatItem() => Thinning.ByTime([Start], run => run, 10, _ => false).ShouldBe([Start]);
}
