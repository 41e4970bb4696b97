using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Predictions;

/// <summary>One object with its pixels.</summary>
/// <param name="Box">Class, box and confidence.</param>
/// <param name="Mask">Its pixels; none outside the box.</param>
public sealed record PredictedInstance(PredictedBox Box, RunLengthMask Mask);
