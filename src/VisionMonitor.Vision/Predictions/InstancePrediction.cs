using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Predictions;

/// <summary>The objects that a model sees with their pixels, the most confident first.</summary>
/// <param name="Instances">Masks have the size of the upright image.</param>
public sealed record InstancePrediction(IReadOnlyList<PredictedInstance> Instances) : Prediction
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.InstanceSegmentation;
}
