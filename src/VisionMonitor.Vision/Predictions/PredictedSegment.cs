namespace VisionMonitor.Vision.Predictions;

/// <summary>One segment of a panoptic prediction.</summary>
/// <param name="Id">Its id in the map, from 1.</param>
/// <param name="ClassIndex">Its class, from 0.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record PredictedSegment(int Id, int ClassIndex, double Confidence);
