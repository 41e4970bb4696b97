using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift.Watch;

/// <summary>Windows of normal numbers in three channels, with a cycle over the day that no one should take for drift.</summary>
public sealed class DriftWatchTests
{
    private const int History = 14 * 24;
    private static readonly double[][] Variances = [Ones(100), Ones(8), Ones(1), [], [], []];

    [Fact]
    public void Next_MonthWithoutDrift_StaysQuiet()
    {
        int alarms = 0;
        for (ulong seed = 1; seed <= 4; seed++)
        {
            DriftWatchRun run = Fit(seed).Start();
            alarms += Enumerable.Range(History, 720).Count(hour => run.Next(Window(seed, hour, 0)).HasStarted);
        }

        // The budget allows 4/3 in these four months; five would have a chance of 1 %.
        alarms.ShouldBeLessThan(5);
    }

    [Fact]
    public void Next_CycleOfTheDayLeftOut_WouldAlarm()
    {
        // The same watch on windows whose cycle is turned by half a day: what was usual at noon now comes at midnight.
        DriftWatchRun run = Fit(1).Start();

        Enumerable.Range(History, 72).Any(hour => run.Next(Window(1, hour, 0) with { Hour = hour + 12 }).IsAlarm).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0.25, 6)]
    [InlineData(0.08, 40)]
    public void Next_Shift_IsFoundAndEndsWithIt(double shift, int withinHours)
    {
        DriftWatchRun run = Fit(2).Start();
        int? found = null;
        for (int hour = 0; hour < 48; hour++)
        {
            DriftDecision decision = run.Next(Window(2, History + hour, shift));
            if (decision.HasStarted)
            {
                found ??= hour + 1;
                decision.Level.ShouldBeGreaterThan(1);
                decision.Leading!.Channel.ShouldBeOneOf(DriftChannel.Appearance, DriftChannel.Direction);
            }
        }

        found.ShouldNotBeNull();
        found.Value.ShouldBeLessThanOrEqualTo(withinHours);
        bool[] after = [.. Enumerable.Range(48, 96).Select(hour => run.Next(Window(2, History + hour, 0)).IsAlarm)];
        after[^1].ShouldBeFalse("an alarm ends once its sums are back at 0");
        after.Zip(after.Skip(1)).Count(pair => !pair.First && pair.Second).ShouldBe(0, "an alarm that ended does not flicker");
    }

    [Fact]
    public void Next_OneWildWindow_DoesNotAlarm() => Fit(3).Start().Next(Window(3, History, 5)).IsAlarm.ShouldBeFalse();

    [Fact]
    public void Fit_SameSeed_SameBits()
    {
        static string Trace(DriftWatch watch)
        {
            DriftWatchRun run = watch.Start();
            return string.Join(';', Enumerable.Range(History, 10).SelectMany(hour => run.Next(Window(1, hour, 0.1)).Channels.Select(channel => $"{channel.Sum:R}/{channel.Limit:R}/{channel.LongScore:R}/{channel.LongLimit:R}")));
        }

        Trace(Fit(1)).ShouldBe(Trace(Fit(1)));
    }

    [Fact]
    public void Missing_ShortHistory_SaysHowMuch()
    {
        DriftWindow[] history = [.. Enumerable.Range(0, 100).Select(hour => Window(1, hour, 0))];

        DriftWatch.Missing(history.Length, new DriftWatchOptions()).ShouldBe("Calibrating: 100 windows of history; 236 more are needed, about 9.8 days.");
        DriftWatch.Missing(history.Length, new DriftWatchOptions { WindowsPerDay = 1 }).ShouldBeNull();
        Should.Throw<ArgumentException>(() => DriftWatch.Fit(history, Variances)).Message.ShouldContain("236 more");
    }

    [Fact]
    public void Fit_LargerBudgetShare_LowersLimits()
    {
        DriftWindow[] history = [.. Enumerable.Range(0, History).Select(hour => Window(1, hour, 0))];
        double Limit(double days, int slices) => DriftWatch.Fit(history, Variances, new DriftWatchOptions { DaysPerFalseAlarm = days, SliceCount = slices }).Start().Next(Window(1, History, 0)).Channels[0].Limit;

        Limit(900, 1).ShouldBeGreaterThan(Limit(90, 1));
        Limit(90, 10).ShouldBe(Limit(900, 1));
        DriftWatch.Fit(history, Variances).ExpectedFalseAlarmsPer30Days.ShouldBe(1.0 / 3, 1e-12);
    }

    /// <summary>Garwood's table: 5 events have a mean between 1.6235 and 11.6683, none one up to 3.6889.</summary>
    [Fact]
    public void PoissonBound_KnownCounts_EqualsTheTable()
    {
        PoissonBound.Upper(0, 0.025).ShouldBe(3.6889, 1e-4);
        PoissonBound.Lower(5, 0.025).ShouldBe(1.6235, 1e-4);
        PoissonBound.Upper(5, 0.025).ShouldBe(11.6683, 1e-4);
        PoissonBound.Lower(0, 0.025).ShouldBe(0);
    }

    private static DriftWatch Fit(ulong seed) => DriftWatch.Fit([.. Enumerable.Range(0, History).Select(hour => Window(seed, hour, 0))], Variances);

    /// <summary>Means of 50 to 350 images; the cycle is half of an image's standard deviation, the shift is in all components of the first two channels.</summary>
    private static DriftWindow Window(ulong seed, int hour, double shift)
    {
        double count = 50 + (300 * SplitMix64.Uniform(seed ^ 77, (ulong)hour)), cycle = 0.5 * Math.Sin(2 * Math.PI * (hour % 24) / 24);
        double[] Sums(int channel, double move) =>
            [.. Enumerable.Range(0, Variances[channel].Length).Select(j => (count * (cycle + move)) + (Math.Sqrt(count) * SplitMix64.Normal(seed, (ulong)((((hour * 6) + channel) * 100) + j))))];
        return new DriftWindow(hour, count, [Sums(0, shift), Sums(1, shift), Sums(2, 0), [], [], []]);
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];
}
