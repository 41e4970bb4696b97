using System.Text.Json.Serialization;
using VisionMonitor.Vision.Masks;

namespace VisionMonitor.Vision.Predictions;

/// <summary>A class for every pixel of the upright image.</summary>
/// <param name="Map">The classes.</param>
public sealed record SemanticPrediction(ClassMap Map) : Prediction
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.SemanticSegmentation;
}
