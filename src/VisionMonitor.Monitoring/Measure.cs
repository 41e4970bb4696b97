namespace VisionMonitor.Monitoring;

/// <summary>One number that a step hands over: finite, or null with a reason.</summary>
/// <param name="Metric">An id of <see cref="Storage.MetricNames"/>.</param>
/// <param name="ClassIndex">Class index; −1 for all classes together.</param>
/// <param name="Value">The number; null where it is not defined.</param>
/// <param name="Low">Lower end of its 95 % interval, if it has one.</param>
/// <param name="High">Upper end of its 95 % interval, if it has one.</param>
/// <param name="Count">What it rests on: images, or truth objects of the class.</param>
/// <param name="UndefinedBecause">Why there is no number, in a sentence.</param>
public sealed record Measure(string Metric, int ClassIndex, double? Value, double? Low, double? High, long Count, string? UndefinedBecause)
{
    /// <summary>A number without an interval; NaN and infinity become null, so that they are never stored.</summary>
    public static Measure Of(string metric, int classIndex, double value, long count, string undefinedBecause) => double.IsFinite(value)
        ? new Measure(metric, classIndex, value, null, null, count, null)
        : new Measure(metric, classIndex, null, null, null, count, undefinedBecause);
}
