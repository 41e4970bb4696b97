namespace VisionMonitor.Metrics.Statistics;

/// <summary>How much a statistic of B differs from that of A on the same images.</summary>
/// <param name="Difference">B minus A with the given weights.</param>
/// <param name="Interval">Percentile interval of the difference.</param>
/// <param name="PValue">Two-sided bootstrap p, 2·(1 + the fewer of the replicates at or beyond 0 on one side) / (replicates + 1), at most 1 and never 0.</param>
public readonly record struct PairedDifference(double Difference, Interval Interval, double PValue);
