namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>How a drift check is calibrated.</summary>
public sealed record DriftCalibrationOptions
{
    /// <summary>Chance that one check alarms although nothing has changed, 0 to 1. Finer than channels / (draws + 1) it is read off the tail, which takes at least <see cref="DriftCalibration.LeastDrawsForTail"/> draws.</summary>
    public double FalseAlarmRate { get; init; } = 0.001;

    /// <summary>How many windows are drawn from the baseline.</summary>
    public int Draws { get; init; } = 2000;

    /// <summary>The part of a day that a window spans, 0 to 1: a window of ten minutes is drawn from images of one part of the day, one of a day from all.</summary>
    public double DayShare { get; init; } = 1;

    /// <summary>Seed of the draws.</summary>
    public ulong Seed { get; init; } = 1;
}
