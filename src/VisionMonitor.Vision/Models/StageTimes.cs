namespace VisionMonitor.Vision.Models;

/// <summary>Where the time of one image went, in milliseconds.</summary>
/// <param name="DecodeMilliseconds">Bytes to pixels; null where the caller decoded.</param>
/// <param name="PrepareMilliseconds">Pixels to tensor.</param>
/// <param name="InferMilliseconds">Tensor to outputs.</param>
/// <param name="ReadMilliseconds">Outputs to prediction.</param>
public readonly record struct StageTimes(double? DecodeMilliseconds, double PrepareMilliseconds, double InferMilliseconds, double ReadMilliseconds);
