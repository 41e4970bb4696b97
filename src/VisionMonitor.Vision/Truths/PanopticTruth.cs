using System.Text.Json.Serialization;
using VisionMonitor.Vision.Masks;

namespace VisionMonitor.Vision.Truths;

/// <summary>Every pixel belongs to one segment, or to none.</summary>
/// <param name="Map">The segment's id per pixel; 0 is none.</param>
/// <param name="Segments">What the ids are.</param>
public sealed record PanopticTruth(ClassMap Map, IReadOnlyList<TruthSegment> Segments) : Truth
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Panoptic;
}
