using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Json;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(FiniteSingleConverter), typeof(FiniteDoubleConverter), typeof(TruthBoxConverter), typeof(PredictedBoxConverter), typeof(RunLengthMaskConverter)])]
[JsonSerializable(typeof(Truth))]
[JsonSerializable(typeof(Prediction))]
internal sealed partial class VisionJson : JsonSerializerContext
{
    /// <summary>Reads one value and turns every refusal of the reader into ours.</summary>
    public static T Read<T>(string json, JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new VisionFormatException("invalid_json", $"The {what} is null.");
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new VisionFormatException("invalid_json", $"The {what} is not understood: {failure.Message}");
        }
    }
}
