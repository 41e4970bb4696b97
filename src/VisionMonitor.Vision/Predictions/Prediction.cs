using System.Text.Json;
using System.Text.Json.Serialization;
using VisionMonitor.Vision.Json;

namespace VisionMonitor.Vision.Predictions;

/// <summary>What a model says of an image.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "task")]
[JsonDerivedType(typeof(ClassificationPrediction), "classification")]
[JsonDerivedType(typeof(DetectionPrediction), "detection")]
[JsonDerivedType(typeof(SemanticPrediction), "semantic")]
[JsonDerivedType(typeof(InstancePrediction), "instance")]
[JsonDerivedType(typeof(PanopticPrediction), "panoptic")]
[JsonDerivedType(typeof(TextPrediction), "text")]
[JsonDerivedType(typeof(EmbeddingPrediction), "embedding")]
public abstract record Prediction
{
    /// <summary>The task that this prediction belongs to.</summary>
    [JsonIgnore]
    public abstract VisionTask Task { get; }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="VisionFormatException">It is no such JSON, names a key twice, or holds a number that is not finite.</exception>
    public static Prediction FromJson(string json) => VisionJson.Read(json, VisionJson.Default.Prediction, "prediction");

    /// <summary>Compact JSON, the same for the same prediction.</summary>
    /// <exception cref="VisionFormatException">A number is not finite.</exception>
    public string ToJson() => JsonSerializer.Serialize(this, VisionJson.Default.Prediction);
}
