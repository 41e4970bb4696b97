namespace VisionMonitor.Metrics.Drift;

/// <summary>What one drift check says.</summary>
/// <param name="Statistic">The squared discrepancy of window and baseline, at least 0.</param>
/// <param name="Score">How unusual: robust standard deviations of the logarithm, about 0 where there is no shift.</param>
/// <param name="Limit">The score above which this check alarms.</param>
/// <param name="PValue">(1 + baseline draws at least as far) / (draws + 1); never 0.</param>
/// <param name="WindowCount">Images in the window.</param>
public readonly record struct DriftVerdict(double Statistic, double Score, double Limit, double PValue, int WindowCount)
{
    /// <summary>Whether the score is above the limit.</summary>
    public bool IsAlarm => Score > Limit;
}
