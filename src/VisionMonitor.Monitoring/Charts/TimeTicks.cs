using System.Globalization;

namespace VisionMonitor.Monitoring.Charts;

/// <summary>Ticks of a time axis: on full hours, days, weeks or months of the project's own time zone, with ISO dates.</summary>
public static class TimeTicks
{
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
        TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(5), TimeSpan.FromDays(7), TimeSpan.FromDays(14), TimeSpan.FromDays(30), TimeSpan.FromDays(90), TimeSpan.FromDays(365),
    ];

    /// <summary>Ticks between two instants.</summary>
    /// <param name="lowMilliseconds">Milliseconds since 1970 UTC.</param>
    /// <param name="highMilliseconds">Milliseconds since 1970 UTC.</param>
    /// <param name="most">At most about this many.</param>
    /// <param name="timeZone">IANA time zone of the labels; UTC where it is unknown.</param>
    public static IReadOnlyList<Tick> Between(double lowMilliseconds, double highMilliseconds, int most, string timeZone)
    {
        double range = highMilliseconds - lowMilliseconds;
        if (!(range > 0) || most < 1)
        {
            return [];
        }

        TimeSpan step = Steps.FirstOrDefault(candidate => range / candidate.TotalMilliseconds <= most, Steps[^1]);
        TimeZoneInfo zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out TimeZoneInfo? known) ? known : TimeZoneInfo.Utc;
        DateTimeOffset low = DateTimeOffset.FromUnixTimeMilliseconds((long)lowMilliseconds);
        DateTime local = TimeZoneInfo.ConvertTime(low, zone).DateTime;
        long stepTicks = step.Ticks;
        DateTime tick = new((local.Ticks + stepTicks - 1) / stepTicks * stepTicks, DateTimeKind.Unspecified);
        List<Tick> ticks = [];
        DateTime? previous = null;
        for (; ticks.Count < 40; tick += step)
        {
            // A clock time that daylight saving skips does not exist and gets no tick.
            if (zone.IsInvalidTime(tick))
            {
                continue;
            }

            double milliseconds = new DateTimeOffset(tick, zone.GetUtcOffset(tick)).ToUnixTimeMilliseconds();
            if (milliseconds > highMilliseconds)
            {
                break;
            }

            ticks.Add(new Tick(milliseconds, Text(tick, previous, step)));
            previous = tick;
        }

        return ticks;
    }

    // The date is written where it changes, the clock elsewhere; the year where it changes.
    private static string Text(DateTime tick, DateTime? previous, TimeSpan step)
    {
        if (step >= TimeSpan.FromDays(1))
        {
            bool newYear = previous?.Year != tick.Year;
            return tick.ToString(newYear ? "yyyy-MM-dd" : "MM-dd", CultureInfo.InvariantCulture);
        }

        string format = step < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm";
        return tick.ToString(previous?.Date != tick.Date ? "MM-dd " + format : format, CultureInfo.InvariantCulture);
    }
}
