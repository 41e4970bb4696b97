namespace VisionMonitor.Metrics.Panoptic;

/// <summary>A panoptic prediction that cannot be judged, because its map and its JSON contradict each other.</summary>
public sealed class PanopticException(string message) : Exception(message);
