namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>What one drift check says of a window alone.</summary>
/// <param name="Score">The leading channel's share of its limit, times <paramref name="Limit"/>: the largest of several, so mostly 0 to 3 where there is no shift.</param>
/// <param name="Limit">The score above which this check alarms: of the first measured channel, robust standard deviations of the logarithm of its distance.</param>
/// <param name="PValue">Of the channel that differs most, the chance that a window drawn from the baseline lies as far, times the number of channels, at most 1: (1 + draws at least as far) / (draws + 1), and where fewer than ten of at least 1,000 are, read off their tail.</param>
/// <param name="WindowCount">Images in the window.</param>
/// <param name="Leading">The channel that is nearest to its limit or furthest above it.</param>
public readonly record struct DriftVerdict(double Score, double Limit, double PValue, int WindowCount, DriftChannel Leading)
{
    /// <summary>Whether the score is above the limit.</summary>
    public bool IsAlarm => Score > Limit;
}
