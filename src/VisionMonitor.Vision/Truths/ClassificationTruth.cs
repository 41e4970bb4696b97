using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Truths;

/// <summary>One class for the whole image.</summary>
/// <param name="ClassIndex">The class, from 0.</param>
public sealed record ClassificationTruth([property: JsonPropertyName("class")] int ClassIndex) : Truth
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Classification;
}
