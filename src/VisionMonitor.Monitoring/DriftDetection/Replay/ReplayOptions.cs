using VisionMonitor.Metrics.Drift.Watch;

namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>How the false-alarm experiment runs.</summary>
public sealed record ReplayOptions
{
    /// <summary>Replays, each with its own traffic and its own history.</summary>
    public int Replays { get; init; } = 100;

    /// <summary>Days of history that a watch learns from.</summary>
    public int HistoryDays { get; init; } = 14;

    /// <summary>Days without drift that it then watches.</summary>
    public int Days { get; init; } = 30;

    /// <summary>Images in an hour, on average over the day.</summary>
    public int ImagesPerHour { get; init; } = 200;

    /// <summary>ρ: how much of an hour's wander is left an hour later, 0 to below 1.</summary>
    public double Autocorrelation { get; init; }

    /// <summary>Hours in which an injected shift can be found.</summary>
    public int ShiftHours { get; init; } = 72;

    /// <summary>Of everything that is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; no number depends on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The watch's own options.</summary>
    public DriftWatchOptions Watch { get; init; } = new();
}
