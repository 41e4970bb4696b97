using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Json;

/// <summary>
/// Reads numbers that are finite. System.Text.Json reads 1e400 as infinity, and 1e39 as infinity when the target is a float: refusing
/// the literal NaN is not enough to keep stored numbers finite.
/// </summary>
internal static class FiniteNumber
{
    public static double ReadDouble(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.Number);
        return Checked(reader.GetDouble());
    }

    public static float ReadSingle(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.Number);
        return (float)Checked(reader.GetSingle());
    }

    public static double Checked(double value) => double.IsFinite(value)
        ? value
        : throw new VisionFormatException("non_finite_number", "A number is not finite, or too large to be stored.");

    public static int ReadIndex(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.Number);
        return reader.TryGetInt32(out int index) && index >= 0
            ? index
            : throw new VisionFormatException("class_index_out_of_range", "A class index must be a whole number from 0.");
    }

    public static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type)
        {
            throw new JsonException($"expected {type}, found {reader.TokenType}");
        }
    }
}

internal sealed class FiniteSingleConverter : JsonConverter<float>
{
    public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => FiniteNumber.ReadSingle(ref reader);

    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options) => writer.WriteNumberValue((float)FiniteNumber.Checked(value));
}

internal sealed class FiniteDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => FiniteNumber.ReadDouble(ref reader);

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(FiniteNumber.Checked(value));
}
