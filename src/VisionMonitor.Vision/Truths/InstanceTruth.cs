using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Truths;

/// <summary>The objects of an image with their shapes.</summary>
/// <param name="Instances">Every object; an empty list says that a person looked and found none.</param>
public sealed record InstanceTruth(IReadOnlyList<TruthInstance> Instances) : Truth
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.InstanceSegmentation;

    /// <summary>The same objects without their shapes.</summary>
    public DetectionTruth ToBoxes() => new([.. Instances.Select(instance => instance.Box)]);
}
