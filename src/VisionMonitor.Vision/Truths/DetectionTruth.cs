using System.Text.Json.Serialization;
using VisionMonitor.Metrics.Detection;

namespace VisionMonitor.Vision.Truths;

/// <summary>The objects of an image.</summary>
/// <param name="Boxes">Every object; an empty list says that a person looked and found none.</param>
public sealed record DetectionTruth(IReadOnlyList<TruthBox> Boxes) : Truth
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Detection;
}
