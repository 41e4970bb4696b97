namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>How often a drift watch may cry wolf, and how it looks.</summary>
public sealed record DriftWatchOptions
{
    /// <summary>One false alarm is allowed in this many days, over all channels and slices together.</summary>
    public double DaysPerFalseAlarm { get; init; } = 90;

    /// <summary>How many windows a day are checked; 24 for hourly checks.</summary>
    public double WindowsPerDay { get; init; } = 24;

    /// <summary>How many slices (cameras, versions) share the budget.</summary>
    public int SliceCount { get; init; } = 1;

    /// <summary>History needed before it judges: this many windows and, for windows that are shorter than a day, this many days.</summary>
    public int LeastWindows { get; init; } = 100;

    /// <summary>See <see cref="LeastWindows"/>.</summary>
    public double LeastDays { get; init; } = 14;

    /// <summary>k of the CUSUM: half of the shift, in standard deviations of a window, that shall be found fast.</summary>
    public double Slack { get; init; } = 0.5;

    /// <summary>A score counts at most this much, so that no single window alarms.</summary>
    public double LargestScore { get; init; } = 6;

    /// <summary>Seed of the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Windows that the long look back spans: a day of them, or a week of daily ones.</summary>
    public int LongWindowCount => WindowsPerDay >= 2 ? (int)Math.Round(WindowsPerDay) : 7;
}
