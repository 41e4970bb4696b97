namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>How many false alarms a project is willing to hear, turned into the chance that one check may have.</summary>
/// <param name="DaysPerFalseAlarm">At most one false alarm is expected in this many days, over all channels together.</param>
/// <param name="ChecksPerDay">How many runs a day are checked.</param>
/// <param name="ChannelCount">Checks of one run: versions × (cameras + 1).</param>
public readonly record struct DriftBudget(int DaysPerFalseAlarm, double ChecksPerDay, int ChannelCount)
{
    /// <summary>More draws than this are not made: the finest rate that can be shown is 1 / (draws + 1).</summary>
    public const int DrawLimit = 4_000;

    /// <summary>The chance of a false alarm that the budget allows one check.</summary>
    public double WantedRate => 1 / (Math.Max(1, DaysPerFalseAlarm) * Math.Max(1, ChecksPerDay) * Math.Max(1, ChannelCount));

    /// <summary>The chance that is kept: the wanted one, or the finest that the draws can show.</summary>
    public double Rate => Math.Max(WantedRate, 1.0 / (DrawLimit + 1));

    /// <summary>Draws that show the rate; whole thousands, so that calibrations are shared.</summary>
    public int Draws => Math.Clamp((int)Math.Ceiling(2 / Rate / 1000) * 1000, 1000, DrawLimit);

    /// <summary>What is promised instead when the budget is finer than the draws can show, in a sentence; null when it is kept.</summary>
    public string? Shortfall => WantedRate >= Rate
        ? null
        : FormattableString.Invariant($"With {ChecksPerDay:0.#} checks a day on {ChannelCount} channels the limit keeps false alarms to one in {DaysPerFalseAlarm * WantedRate / Rate:0.#} days, not in {DaysPerFalseAlarm}; fewer checks a day keep the budget.");
}
