namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>What one drift check says of a window alone.</summary>
/// <param name="Score">The leading channel's share of its limit, times <paramref name="Limit"/>: about 0 where there is no shift.</param>
/// <param name="Limit">The score above which this check alarms: of the first measured channel, robust standard deviations of the logarithm of its distance.</param>
/// <param name="PValue">Of the channel that differs most, (1 + baseline draws at least as far) / (draws + 1), times the number of channels, at most 1; never 0.</param>
/// <param name="WindowCount">Images in the window.</param>
/// <param name="Leading">The channel that is nearest to its limit or furthest above it.</param>
public readonly record struct DriftVerdict(double Score, double Limit, double PValue, int WindowCount, DriftChannel Leading)
{
    /// <summary>Whether the score is above the limit.</summary>
    public bool IsAlarm => Score > Limit;
}
