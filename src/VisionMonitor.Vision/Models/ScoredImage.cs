using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Models;

/// <summary>What one model said of one image.</summary>
/// <param name="Prediction">The answer.</param>
/// <param name="Embedding">The image's vector, where the model has one; every number finite.</param>
/// <param name="Times">Where the time went.</param>
public sealed record ScoredImage(Prediction Prediction, float[]? Embedding, StageTimes Times);
