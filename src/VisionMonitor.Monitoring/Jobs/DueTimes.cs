using Cronos;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>When a schedule is due, and which of the due times that have passed still run. Pure: the clock is an argument.</summary>
public static class DueTimes
{
    /// <summary>More due times than this are not listed at once; older ones are let go.</summary>
    public const int Limit = 100_000;

    /// <summary>Missed due times that <see cref="MisfirePolicy.All"/> makes up for.</summary>
    public const int CatchUpLimit = 24;

    /// <summary>Why a schedule cannot be read, in a sentence; null when it can.</summary>
    /// <param name="cron">Five fields, or six with seconds first.</param>
    /// <param name="timeZone">IANA time zone.</param>
    public static string? Problem(string cron, string timeZone)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _))
        {
            return $"There is no time zone \"{timeZone}\"; use an IANA name such as Europe/Berlin.";
        }

        try
        {
            Parse(cron);
            return null;
        }
        catch (CronFormatException problem)
        {
            return $"\"{cron}\" is no cron expression of five fields, or six with seconds first: {problem.Message}";
        }
    }

    /// <summary>
    /// The due times after one moment, up to and including another, in UTC, oldest first. A wall time that a clock change skips is due
    /// when the change happens; one that it repeats is due once, unless the expression repeats within the hour anyway.
    /// </summary>
    /// <exception cref="FormatException">The expression cannot be read.</exception>
    /// <exception cref="TimeZoneNotFoundException">There is no such zone.</exception>
    public static IReadOnlyList<DateTimeOffset> Between(string cron, string timeZone, DateTimeOffset after, DateTimeOffset until)
    {
        if (until <= after)
        {
            return [];
        }

        Queue<DateTimeOffset> due = [];
        foreach (DateTimeOffset at in Parse(cron).GetOccurrences(after, until, TimeZoneInfo.FindSystemTimeZoneById(timeZone), fromInclusive: false, toInclusive: true))
        {
            due.Enqueue(at.ToUniversalTime());
            if (due.Count > Limit)
            {
                due.Dequeue();
            }
        }

        return [.. due];
    }

    /// <summary>The next due time after a moment, in UTC; null when there is none.</summary>
    public static DateTimeOffset? Next(string cron, string timeZone, DateTimeOffset after) =>
        Parse(cron).GetNextOccurrence(after, TimeZoneInfo.FindSystemTimeZoneById(timeZone))?.ToUniversalTime();

    /// <summary>Says of each due time whether it runs.</summary>
    /// <param name="due">Due times that have passed, oldest first.</param>
    /// <param name="policy">What happens to those that were missed.</param>
    /// <param name="isPaused">Whether the schedule is paused: then none runs.</param>
    /// <param name="now">The time now.</param>
    /// <param name="grace">A due time that is at most this late is on time, whatever the policy says.</param>
    public static IReadOnlyList<DueTime> Decide(IReadOnlyList<DateTimeOffset> due, MisfirePolicy policy, bool isPaused, DateTimeOffset now, TimeSpan grace)
    {
        int missed = due.Count(at => now - at > grace);
        int caughtUpFrom = policy switch
        {
            MisfirePolicy.Latest => missed - 1,
            MisfirePolicy.All => missed - CatchUpLimit,
            _ => missed,
        };
        return [.. due.Select((at, index) => new DueTime(at, SkippedBecause(index)))];

        string? SkippedBecause(int index) => (isPaused, index < missed, index < caughtUpFrom) switch
        {
            (true, _, _) => "The schedule was paused.",
            (_, true, _) when policy == MisfirePolicy.Skip => "Nothing was running at that time, and the schedule skips missed times.",
            (_, _, true) when policy == MisfirePolicy.Latest => "Nothing was running at that time, and the schedule makes up for the latest missed time only.",
            (_, _, true) => $"Nothing was running at that time, and a schedule makes up for at most {CatchUpLimit} missed times.",
            _ => null,
        };
    }

    private static CronExpression Parse(string cron)
    {
        bool hasSeconds = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6;
        return CronExpression.Parse(cron, hasSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard);
    }
}

/// <summary>A due time that has passed.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="SkippedBecause">Why it does not run, in a sentence; null when it runs.</param>
public readonly record struct DueTime(DateTimeOffset At, string? SkippedBecause);
