namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// A window as a drift watch sees it: for every <see cref="DriftChannel"/> the sum over its images of (feature − the baseline's mean of the
/// image's predicted class). Sums add up, so a day is the sum of its hours.
/// </summary>
/// <param name="Hour">Whole hours since 1970-01-01 UTC (or in the clock of the people who work there) of the window's end.</param>
/// <param name="Count">Images, above 0.</param>
/// <param name="Sums">By channel; a channel that is not measured has no numbers.</param>
public sealed record DriftWindow(long Hour, double Count, IReadOnlyList<double[]> Sums);
