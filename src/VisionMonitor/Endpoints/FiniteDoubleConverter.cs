using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisionMonitor.Endpoints;

/// <summary>Refuses numbers that are not finite: the reader turns 1e400 into infinity without a word.</summary>
internal sealed class FiniteDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        double value = reader.GetDouble();
        return double.IsFinite(value) ? value : throw new JsonException("A number is too large: it must be finite.");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
