namespace VisionMonitor.Vision.Truths;

/// <summary>One segment of a panoptic truth.</summary>
/// <param name="Id">Its id in the map, from 1.</param>
/// <param name="ClassIndex">Its class, from 0.</param>
/// <param name="IsCrowd">A region of many objects: predictions in it count neither for nor against the model.</param>
public sealed record TruthSegment(int Id, int ClassIndex, bool IsCrowd = false);
