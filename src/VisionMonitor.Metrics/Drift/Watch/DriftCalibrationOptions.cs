namespace VisionMonitor.Metrics.Drift;

/// <summary>How a drift check is calibrated.</summary>
public sealed record DriftCalibrationOptions
{
    /// <summary>Chance that one check alarms although nothing has changed, 0 to 1. Finer than 1 / (draws + 1) it is read off the tail that at least 1,000 draws show.</summary>
    public double FalseAlarmRate { get; init; } = 0.001;

    /// <summary>How many windows are drawn from the baseline.</summary>
    public int Draws { get; init; } = 2000;

    /// <summary>D of the random Fourier features.</summary>
    public int FeatureCount { get; init; } = 1024;

    /// <summary>σ of the kernel; the median heuristic on at most 1000 rows when null.</summary>
    public double? Bandwidth { get; init; }

    /// <summary>Seed of frequencies and draws.</summary>
    public ulong Seed { get; init; } = 1;
}
