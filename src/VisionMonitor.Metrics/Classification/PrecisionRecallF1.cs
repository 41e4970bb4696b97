namespace VisionMonitor.Metrics.Classification;

/// <summary>An average over classes of three numbers; <see langword="null"/> where no class defines one.</summary>
/// <param name="Precision">0 to 1.</param>
/// <param name="Recall">0 to 1.</param>
/// <param name="F1">0 to 1; the average of the classes' F1, not F1 of the averages.</param>
public readonly record struct PrecisionRecallF1(double? Precision, double? Recall, double? F1);
