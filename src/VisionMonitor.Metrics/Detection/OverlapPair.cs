namespace VisionMonitor.Metrics.Detection;

/// <summary>The overlap of one prediction (its position in the evidence) with one object of any class (its position in the truth).</summary>
internal readonly record struct OverlapPair(int Predicted, int Truth, double Overlap);
