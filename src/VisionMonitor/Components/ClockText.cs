using System.Globalization;

namespace VisionMonitor.Components;

/// <summary>Instants and durations as people read them: ISO dates in the project's zone, ages in words.</summary>
public static class ClockText
{
    /// <summary>The zone of an IANA id; UTC where this machine does not know it.</summary>
    public static TimeZoneInfo Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>"2026-11-24 14:05".</summary>
    public static string Minute(DateTimeOffset instant, string zone) => Local(instant, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"Tue 24 Nov 14:05"-like, but ISO: "Tue 11-24 14:05"; for sentences.</summary>
    public static string Weekday(DateTimeOffset instant, string zone) => Local(instant, zone).ToString("ddd MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The whole truth for a tooltip: "2026-11-24 14:05:09 +01:00 (Europe/Berlin)".</summary>
    public static string Full(DateTimeOffset instant, string zone) =>
        $"{Local(instant, zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)} ({zone})";

    /// <summary>"Europe/Berlin, UTC+01:00", for the note that says in which zone a page speaks.</summary>
    public static string ZoneNote(string zone, DateTimeOffset at)
    {
        TimeSpan offset = Zone(zone).GetUtcOffset(at);
        return zone is "Etc/UTC" or "UTC" ? "UTC" : $"{zone}, UTC{(offset < TimeSpan.Zero ? '−' : '+')}{offset:hh\\:mm}";
    }

    /// <summary>"just now", "4 min ago", "in 3 h". The page's script ages it by the same steps.</summary>
    public static string Age(DateTimeOffset instant, DateTimeOffset now)
    {
        TimeSpan age = now - instant;
        string words = Words(age.Duration());
        return age.Duration() < TimeSpan.FromSeconds(10) ? "just now" : age < TimeSpan.Zero ? $"in {words}" : $"{words} ago";
    }

    /// <summary>"840 ms", "12 s", "4 min", "3 h", "5 d".</summary>
    public static string Words(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{span.TotalMilliseconds:F0} ms",
        { TotalSeconds: < 90 } => $"{span.TotalSeconds:F0} s",
        { TotalMinutes: < 90 } => $"{span.TotalMinutes:F0} min",
        { TotalHours: < 48 } => $"{span.TotalHours:F0} h",
        _ => $"{span.TotalDays:F0} d",
    };

    private static DateTimeOffset Local(DateTimeOffset instant, string zone) => TimeZoneInfo.ConvertTime(instant, Zone(zone));
}
