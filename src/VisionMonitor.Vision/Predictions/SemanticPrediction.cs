using System.Text.Json.Serialization;
using VisionMonitor.Vision.Masks;

namespace VisionMonitor.Vision.Predictions;

/// <summary>A class for every pixel of the upright image.</summary>
/// <param name="Map">The classes.</param>
public sealed record SemanticPrediction(ClassMap Map) : Prediction
{
    /// <summary>How sure the model is of each class that it sees or half sees, read at a grid of places; null where it gives classes without scores.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClassSureness>? Sureness { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.SemanticSegmentation;
}
