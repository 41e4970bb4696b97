using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Predictions;

/// <summary>The vector of a backbone that has no answer of its own.</summary>
/// <param name="Vector">As the network gives it; not normalised.</param>
public sealed record EmbeddingPrediction(float[] Vector) : Prediction
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Embedding;
}
