namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>What a drift watch says after a window.</summary>
/// <param name="IsAlarm">Whether an alarm stands: from the first limit passed until every sum that passed has come back to 0.</param>
/// <param name="HasStarted">Whether it began with this window.</param>
/// <param name="Channels">Every measured channel.</param>
public sealed record DriftDecision(bool IsAlarm, bool HasStarted, IReadOnlyList<ChannelReading> Channels)
{
    /// <summary>The largest share of a limit that is used up, at least 0: above 1 is an alarm.</summary>
    public double Level => Channels.Count == 0 ? 0 : Channels.Max(channel => channel.Level);

    /// <summary>The channel that is nearest to its limit or furthest above it; null without channels.</summary>
    public ChannelReading? Leading => Channels.MaxBy(channel => channel.Level);
}

/// <summary>One channel after a window.</summary>
/// <param name="Channel">Which.</param>
/// <param name="Score">Of this window: robust standard deviations beyond what history shows at this hour.</param>
/// <param name="Sum">CUSUM of the scores, at least 0.</param>
/// <param name="Limit">Of the sum.</param>
/// <param name="LongScore">Of the last day of windows (the last week of daily ones) together; null until there are as many.</param>
/// <param name="LongLimit">Of the long score.</param>
public sealed record ChannelReading(DriftChannel Channel, double Score, double Sum, double Limit, double? LongScore, double LongLimit)
{
    /// <summary>The larger of sum / limit and long score / its limit.</summary>
    public double Level => Math.Max(Sum / Limit, (LongScore ?? 0) / LongLimit);
}
