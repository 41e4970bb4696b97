using System.Text.Json.Serialization;
using VisionMonitor.Metrics.Detection;

namespace VisionMonitor.Vision.Truths;

/// <summary>The objects of an image.</summary>
/// <param name="Boxes">Every object; an empty list says that a person looked and found none.</param>
public sealed record DetectionTruth(IReadOnlyList<TruthBox> Boxes) : Truth
{
    /// <summary>For every box its joints as x, y and visibility (0 not labelled, 1 hidden, 2 visible) by turns, in pixels; null where no object has any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<double>>? Joints { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Detection;
}
