using System.Text.Json.Serialization;
using VisionMonitor.Metrics.Detection;

namespace VisionMonitor.Vision.Predictions;

/// <summary>The objects that a model sees, the most confident first.</summary>
/// <param name="Boxes">Boxes in pixels of the upright image.</param>
public sealed record DetectionPrediction(IReadOnlyList<PredictedBox> Boxes) : Prediction
{
    /// <summary>For every box its joints as x, y and confidence by turns, in pixels; null where the model finds none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<double>>? Joints { get; init; }

    /// <summary>For every box the x and y of its four true corners, where it is turned; null where boxes are upright.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<double>>? Corners { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Detection;
}
