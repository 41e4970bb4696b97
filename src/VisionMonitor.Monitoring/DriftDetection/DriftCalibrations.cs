using VisionMonitor.Metrics.Drift.Watch;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Calibrations that were already paid for, by what they depend on; made again they have the same bits.</summary>
public sealed class DriftCalibrations
{
    private readonly Recent<(string Baseline, int WindowSize, double DayShare, double Rate), Lazy<DriftCalibration>> _kept = new(256);

    /// <summary>The calibration for windows of about this size.</summary>
    /// <param name="name">Names the baseline: the same name must mean the same images.</param>
    /// <param name="baseline">The baseline.</param>
    /// <param name="windowCount">Images in the window.</param>
    /// <param name="span">How long the window is.</param>
    /// <param name="budget">The false alarms that are allowed.</param>
    public DriftCalibration Get(string name, SketchWindows baseline, int windowCount, TimeSpan span, DriftBudget budget)
    {
        int size = Rounded(windowCount);
        double share = Math.Round(Math.Clamp(span.TotalDays, 0, 1) * 4) / 4;
        DriftCalibrationOptions options = new() { FalseAlarmRate = budget.Rate, Draws = budget.Draws, DayShare = share };
        return _kept.GetOrKeep((name, size, share, budget.Rate), _ => new Lazy<DriftCalibration>(() => baseline.Calibrate(size, options))).Value;
    }

    // Statistics are scaled with the window's size, so neighbouring sizes meet the same limit: a handful of sizes is enough.
    private static int Rounded(int count)
    {
        int step = count < 16 ? 4 : count < 64 ? 8 : count / 8;
        return Math.Max(4, (int)Math.Round((double)count / step) * step);
    }
}
