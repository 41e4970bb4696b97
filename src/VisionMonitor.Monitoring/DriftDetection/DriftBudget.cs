namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>How many false alarms a project is willing to hear, turned into the chance that one check may have.</summary>
/// <param name="DaysPerFalseAlarm">At most one false alarm is expected in this many days, over all channels together.</param>
/// <param name="ChecksPerDay">How many runs a day are checked.</param>
/// <param name="ChannelCount">Checks of one run: versions × (cameras + 1).</param>
public readonly record struct DriftBudget(int DaysPerFalseAlarm, double ChecksPerDay, int ChannelCount)
{
    /// <summary>The chance of a false alarm that the budget allows one check.</summary>
    public double Rate => 1 / (Math.Max(1, DaysPerFalseAlarm) * Math.Max(1, ChecksPerDay) * Math.Max(1, ChannelCount));

    /// <summary>Draws that show the rate, or the tail that it is read off; whole thousands, so that calibrations are shared.</summary>
    public int Draws => (int)Math.Clamp(Math.Ceiling(2 / Rate / 1000) * 1000, 1000, 4000);
}
