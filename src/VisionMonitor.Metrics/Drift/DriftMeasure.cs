namespace VisionMonitor.Metrics.Drift;

/// <summary>A number that says how far a window of embeddings lies from a baseline.</summary>
/// <param name="Id">Stable key in files and addresses, as "mmdUnbiased".</param>
/// <param name="Name">For people.</param>
/// <param name="Take">Measures; several measures of one comparison share what they have in common.</param>
public sealed record DriftMeasure(string Id, string Name, Func<DriftComparison, DriftReading> Take);

/// <summary>What a measure says.</summary>
/// <param name="Value">Null where it is undefined, as an unbiased value of a single row.</param>
/// <param name="P">Chance of at least this value when nothing changed; null where the measure has no test.</param>
/// <param name="PerDimension">The value in each dimension, for measures of one dimension; <see cref="Value"/> is then their mean, or for ksMax their maximum.</param>
public sealed record DriftReading(double? Value, double? P = null, IReadOnlyList<double>? PerDimension = null);
