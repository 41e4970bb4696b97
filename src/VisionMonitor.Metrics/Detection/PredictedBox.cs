using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection;

/// <summary>One predicted object.</summary>
/// <param name="ClassIndex">Index of its class, counted from 0.</param>
/// <param name="Box">Its box in pixels.</param>
/// <param name="Confidence">Finite; usually 0 to 1. It is only compared, never clamped.</param>
public readonly record struct PredictedBox(int ClassIndex, BoundingBox Box, double Confidence);
