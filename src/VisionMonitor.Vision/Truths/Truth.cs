using System.Text.Json;
using System.Text.Json.Serialization;
using VisionMonitor.Vision.Json;

namespace VisionMonitor.Vision.Truths;

/// <summary>What an image really shows, as a person labelled it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "task")]
[JsonDerivedType(typeof(ClassificationTruth), "classification")]
[JsonDerivedType(typeof(DetectionTruth), "detection")]
[JsonDerivedType(typeof(InstanceTruth), "instance")]
[JsonDerivedType(typeof(SemanticTruth), "semantic")]
[JsonDerivedType(typeof(PanopticTruth), "panoptic")]
[JsonDerivedType(typeof(TextTruth), "text")]
public abstract record Truth
{
    /// <summary>The task that this truth belongs to.</summary>
    [JsonIgnore]
    public abstract VisionTask Task { get; }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="VisionFormatException">It is no such JSON, names a key twice, or holds a number that is not finite.</exception>
    public static Truth FromJson(string json) => VisionJson.Read(json, VisionJson.Default.Truth, "truth");

    /// <summary>Compact JSON, the same for the same truth.</summary>
    /// <exception cref="VisionFormatException">A number is not finite.</exception>
    public string ToJson() => JsonSerializer.Serialize(this, VisionJson.Default.Truth);
}
