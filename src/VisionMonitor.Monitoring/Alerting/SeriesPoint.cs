namespace VisionMonitor.Monitoring.Alerting;

/// <summary>One run's number, as a rule sees it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="At">The end of its window.</param>
/// <param name="Value">Null where it is not defined: no evidence in either direction.</param>
/// <param name="Count">How many images or objects it rests on.</param>
public readonly record struct SeriesPoint(long RunId, DateTimeOffset At, double? Value, long Count);
