using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Truths;

/// <summary>The objects of an image with their shapes.</summary>
/// <param name="Instances">Every object; an empty list says that a person looked and found none.</param>
public sealed record InstanceTruth(IReadOnlyList<TruthInstance> Instances) : Truth
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.InstanceSegmentation;

    /// <summary>The same objects as boxes, with their joints where there are any.</summary>
    public DetectionTruth ToBoxesWithJoints() =>
        ToBoxes() with { Joints = Instances.Any(instance => instance.Joints.Count > 0) ? [.. Instances.Select(instance => instance.Joints)] : null };

    /// <summary>The same objects without their shapes.</summary>
    public DetectionTruth ToBoxes() => new([.. Instances.Select(instance => instance.Box)]);
}
