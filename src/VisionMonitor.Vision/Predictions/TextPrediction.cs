using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Predictions;

/// <summary>The lines of text that a model reads, from the top down.</summary>
/// <param name="Lines">Every line.</param>
public sealed record TextPrediction(IReadOnlyList<TextLine> Lines) : Prediction
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Text;
}
