using System.Text.Json.Serialization;
using VisionMonitor.Metrics.Detection;

namespace VisionMonitor.Vision.Predictions;

/// <summary>The objects that a model sees, the most confident first.</summary>
/// <param name="Boxes">Boxes in pixels of the upright image.</param>
public sealed record DetectionPrediction(IReadOnlyList<PredictedBox> Boxes) : Prediction
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Detection;
}
