using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>What the false-alarm experiment found.</summary>
/// <param name="World">What was drawn from.</param>
/// <param name="Options">How it ran.</param>
/// <param name="FalseAlarms">Alarms over all replays while nothing had changed.</param>
/// <param name="FalseAlarmChannels">Which channels raised them.</param>
/// <param name="Shifts">What became of each injected shift.</param>
public sealed record ReplayReport(string World, ReplayOptions Options, int FalseAlarms, IReadOnlyList<(string Channel, int Count)> FalseAlarmChannels, IReadOnlyList<ShiftDelay> Shifts)
{
    /// <summary>False alarms in 30 days of hourly checks, all channels together.</summary>
    public double FalseAlarmsPer30Days => FalseAlarms / Months;

    /// <summary>Exact 95 % limits of <see cref="FalseAlarmsPer30Days"/> when alarms come independently (Garwood 1936).</summary>
    public (double Low, double High) FalseAlarmInterval =>
        ((FalseAlarms == 0 ? 0 : PoissonBound.Lower(FalseAlarms, 0.025)) / Months, PoissonBound.Upper(FalseAlarms, 0.025) / Months);

    private double Months => Options.Replays * Options.Days / 30.0;
}

/// <summary>How fast a shift was found.</summary>
/// <param name="Name">The shift.</param>
/// <param name="Hours">Of each replay; null where it was not found in time.</param>
public sealed record ShiftDelay(string Name, IReadOnlyList<int?> Hours)
{
    /// <summary>Median of the delays, a missed shift counting as longer than any; null when half are missed.</summary>
    public double? Median => Quantile(0.5);

    /// <summary>Share of the replays that did not find it.</summary>
    public double MissedShare => (double)Hours.Count(hours => hours is null) / Hours.Count;

    /// <summary>95 % limits of the median, from the order of the delays.</summary>
    public (double? Low, double? High) MedianInterval
    {
        get
        {
            double half = 0.98 / Math.Sqrt(Hours.Count);
            return (Quantile(Math.Max(0, 0.5 - half)), Quantile(Math.Min(1, 0.5 + half)));
        }
    }

    private double? Quantile(double share)
    {
        int[] sorted = [.. Hours.Select(hours => hours ?? int.MaxValue).Order()];
        int value = sorted[(int)Math.Clamp(Math.Round(share * (sorted.Length - 1)), 0, sorted.Length - 1)];
        return value == int.MaxValue ? null : value;
    }
}
