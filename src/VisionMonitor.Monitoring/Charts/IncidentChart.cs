using System.Globalization;

namespace VisionMonitor.Monitoring.Charts;

/// <summary>The curve of a fault for a message: what the rule saw, its limits, and the time of the fault.</summary>
public static class IncidentChart
{
    /// <param name="title">What the curve shows, such as "Accuracy of v1 on camera belt-4".</param>
    /// <param name="axis">Its axis.</param>
    /// <param name="points">In time order, in milliseconds since 1970 UTC.</param>
    /// <param name="threshold">The alarm limit.</param>
    /// <param name="recovery">The limit on whose far side it is good again.</param>
    /// <param name="startedAt">The first bad point.</param>
    /// <param name="endedAt">When it was good again; null while it lasts.</param>
    /// <param name="timeZone">IANA time zone of the clock.</param>
    /// <param name="colorIndex">The version's colour.</param>
    public static ChartSpec Of(string title, ChartAxis axis, IReadOnlyList<ChartPoint> points, double threshold, double recovery, DateTimeOffset startedAt, DateTimeOffset? endedAt, string timeZone, int colorIndex)
    {
        string alarm = threshold.ToString("G3", CultureInfo.InvariantCulture);
        string good = recovery.ToString("G3", CultureInfo.InvariantCulture);
        long[] counts = [.. points.Select(point => point.Count).OfType<long>().Order()];
        bool hasIntervals = points.Any(point => point.Low is not null);
        return new ChartSpec
        {
            Title = title,
            Subtitle = counts.Length == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{(hasIntervals ? "95 % bootstrap interval, " : "")}n = {counts[counts.Length / 2]} a run (median)"),
            X = new ChartAxis("Time", "", ChartAxisKind.Time) { TimeZone = timeZone },
            Y = axis,
            Series = [new ChartSeries { Name = "", ColorIndex = colorIndex, Points = points }],
            Limits = threshold == recovery ? [new ChartLimit(threshold, $"alarm {alarm}")] : [new ChartLimit(threshold, $"alarm {alarm}"), new ChartLimit(recovery, $"good again {good}", IsAlarm: false)],
            Marks = [new ChartMark(ChartMarkKind.Incident, startedAt.ToUnixTimeMilliseconds(), endedAt?.ToUnixTimeMilliseconds(), "incident")],
            EmptyBecause = points.Any(point => point.Y is not null) ? null : "The series has no value in this time.",
        };
    }
}
