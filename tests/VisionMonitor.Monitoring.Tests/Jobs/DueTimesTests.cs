using System.Globalization;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class DueTimesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    // The UTC times were worked out with Python's zoneinfo. Where a wall time does not exist, it is due when the clock jumps;
    // where it exists twice, a daily time is due at the first, and an hourly one at both.
    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", "2026-03-30T12:00Z", "2026-03-28T01:30Z 2026-03-29T01:00Z 2026-03-30T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-23T12:00Z", "2026-10-26T12:00Z", "2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("30 2 * * *", "America/New_York", "2026-03-07T00:00Z", "2026-03-09T12:00Z", "2026-03-07T07:30Z 2026-03-08T07:00Z 2026-03-09T06:30Z")]
    [InlineData("30 1 * * *", "America/New_York", "2026-10-31T00:00Z", "2026-11-02T12:00Z", "2026-10-31T05:30Z 2026-11-01T05:30Z 2026-11-02T06:30Z")]
    [InlineData("45 1 * * *", "Australia/Lord_Howe", "2026-04-03T12:00Z", "2026-04-06T00:00Z", "2026-04-03T14:45Z 2026-04-04T14:45Z 2026-04-05T15:15Z")]
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "2026-10-02T12:00Z", "2026-10-05T00:00Z", "2026-10-02T15:45Z 2026-10-03T15:30Z 2026-10-04T15:15Z")]
    [InlineData("0 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T03:00Z", "2026-03-29T01:00Z 2026-03-29T02:00Z 2026-03-29T03:00Z")]
    [InlineData("0 * * * *", "Europe/Berlin", "2026-10-24T23:00Z", "2026-10-25T02:00Z", "2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-25T02:00Z")]
    [InlineData("*/30 * * * *", "Australia/Lord_Howe", "2026-04-04T14:00Z", "2026-04-04T16:00Z", "2026-04-04T14:30Z 2026-04-04T15:00Z 2026-04-04T15:30Z 2026-04-04T16:00Z")]
    [InlineData("0 6 * * *", "Asia/Seoul", "2026-06-01T00:00Z", "2026-06-03T22:00Z", "2026-06-01T21:00Z 2026-06-02T21:00Z 2026-06-03T21:00Z")]
    [InlineData("0 9 * * MON-FRI", "America/New_York", "2026-03-06T00:00Z", "2026-03-10T23:00Z", "2026-03-06T14:00Z 2026-03-09T13:00Z 2026-03-10T13:00Z")]
    [InlineData("*/10 * * * * *", "Etc/UTC", "2026-06-01T00:00:55Z", "2026-06-01T00:01:50Z", "2026-06-01T00:01:00Z 2026-06-01T00:01:10Z 2026-06-01T00:01:20Z 2026-06-01T00:01:30Z 2026-06-01T00:01:40Z 2026-06-01T00:01:50Z")]
    public void Between_AroundClockChanges_GivesTheseTimes(string cron, string zone, string after, string until, string expected) =>
        DueTimes.Between(cron, zone, At(after), At(until)).ShouldBe(expected.Split(' ').Select(At));

    [Fact]
    public void Between_AnEndBeforeTheStart_IsEmpty() =>
        DueTimes.Between("* * * * *", "Etc/UTC", Noon, Noon.AddHours(-1)).ShouldBeEmpty();

    [Theory]
    [InlineData(MisfirePolicy.Latest, "25")]
    [InlineData(MisfirePolicy.All, "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25")]
    [InlineData(MisfirePolicy.Skip, "")]
    public void Decide_AfterTwentySixHoursDown_FollowsThePolicy(MisfirePolicy policy, string expectedIndices)
    {
        DateTimeOffset now = Noon.AddMinutes(30);
        IReadOnlyList<DateTimeOffset> hourly = DueTimes.Between("0 * * * *", "Etc/UTC", now.AddHours(-26), now);

        IReadOnlyList<DueTime> decided = DueTimes.Decide(hourly, policy, isPaused: false, now, Grace);

        decided.Count.ShouldBe(26);
        string ran = string.Join(' ', Enumerable.Range(0, 26).Where(index => decided[index].SkippedBecause is null));
        ran.ShouldBe(expectedIndices);
        decided.Where(due => due.SkippedBecause is not null).ShouldAllBe(due => due.SkippedBecause!.StartsWith("Nothing was running at that time"));
    }

    [Theory]
    [InlineData(MisfirePolicy.Latest)]
    [InlineData(MisfirePolicy.All)]
    [InlineData(MisfirePolicy.Skip)]
    public void Decide_ATimeWithinTheGrace_RunsWhateverThePolicy(MisfirePolicy policy)
    {
        DueTimes.Decide([Noon], policy, isPaused: false, Noon + Grace, Grace)[0].SkippedBecause.ShouldBeNull();
        DueTimes.Decide([Noon], policy, isPaused: false, Noon + Grace + TimeSpan.FromTicks(1), Grace)[0].SkippedBecause.ShouldBe(
            policy == MisfirePolicy.Skip ? "Nothing was running at that time, and the schedule skips missed times." : null);
    }

    [Fact]
    public void Decide_WhilePaused_SkipsEverythingAndSaysSo() =>
        DueTimes.Decide([Noon.AddHours(-1), Noon], MisfirePolicy.All, isPaused: true, Noon, Grace).ShouldAllBe(due => due.SkippedBecause == "The schedule was paused.");

    [Theory]
    [InlineData("0 6 * * *", "Asia/Seoul", null)]
    [InlineData("0 6 * * *", "Asia/Atlantis", "There is no time zone \"Asia/Atlantis\"; use an IANA name such as Europe/Berlin.")]
    [InlineData("every day", "Etc/UTC", "\"every day\" is no cron expression of five fields, or six with seconds first: ")]
    public void Problem_OfASchedule_IsASentence(string cron, string zone, string? expected)
    {
        if (expected is null)
        {
            DueTimes.Problem(cron, zone).ShouldBeNull();
        }
        else
        {
            DueTimes.Problem(cron, zone).ShouldNotBeNull().ShouldStartWith(expected);
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
