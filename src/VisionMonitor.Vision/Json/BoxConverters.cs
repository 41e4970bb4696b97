using System.Text.Json;
using System.Text.Json.Serialization;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Json;

/// <summary>A true box as <c>[class, x, y, width, height, area]</c>, with a seventh number 1 where it is a crowd.</summary>
internal sealed class TruthBoxConverter : JsonConverter<TruthBox>
{
    public override TruthBox Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        (int classIndex, BoundingBox box, double area) = BoxArray.Read(ref reader);
        bool isCrowd = reader.TokenType == JsonTokenType.Number && FiniteNumber.ReadDouble(ref reader) != 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            reader.Read();
        }

        FiniteNumber.Expect(ref reader, JsonTokenType.EndArray);
        return area < 0
            ? throw new VisionFormatException("invalid_box", "A box has a negative area.")
            : new(classIndex, box, area, isCrowd);
    }

    public override void Write(Utf8JsonWriter writer, TruthBox value, JsonSerializerOptions options)
    {
        BoxArray.Write(writer, value.ClassIndex, value.Box, value.AreaPixels);
        if (value.IsCrowd)
        {
            writer.WriteNumberValue(1);
        }

        writer.WriteEndArray();
    }
}

/// <summary>A predicted box as <c>[class, x, y, width, height, confidence]</c>.</summary>
internal sealed class PredictedBoxConverter : JsonConverter<PredictedBox>
{
    public override PredictedBox Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        (int classIndex, BoundingBox box, double confidence) = BoxArray.Read(ref reader);
        FiniteNumber.Expect(ref reader, JsonTokenType.EndArray);
        return confidence is < 0 or > 1
            ? throw new VisionFormatException("score_out_of_range", $"A confidence is {confidence}; it must be 0 to 1.")
            : new(classIndex, box, confidence);
    }

    public override void Write(Utf8JsonWriter writer, PredictedBox value, JsonSerializerOptions options)
    {
        BoxArray.Write(writer, value.ClassIndex, value.Box, value.Confidence);
        writer.WriteEndArray();
    }
}

/// <summary>The six numbers that both kinds of boxes share; stands at the seventh element, or at the array's end, afterwards.</summary>
internal static class BoxArray
{
    public static (int ClassIndex, BoundingBox Box, double Last) Read(ref Utf8JsonReader reader)
    {
        FiniteNumber.Expect(ref reader, JsonTokenType.StartArray);
        reader.Read();
        int classIndex = FiniteNumber.ReadIndex(ref reader);
        Span<double> numbers = stackalloc double[5];
        foreach (ref double number in numbers)
        {
            reader.Read();
            number = FiniteNumber.ReadDouble(ref reader);
        }

        reader.Read();
        return numbers[2] < 0 || numbers[3] < 0
            ? throw new VisionFormatException("invalid_box", "A box has a negative width or height.")
            : (classIndex, new(numbers[0], numbers[1], numbers[2], numbers[3]), numbers[4]);
    }

    public static void Write(Utf8JsonWriter writer, int classIndex, in BoundingBox box, double last)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(classIndex);
        writer.WriteNumberValue(FiniteNumber.Checked(box.X));
        writer.WriteNumberValue(FiniteNumber.Checked(box.Y));
        writer.WriteNumberValue(FiniteNumber.Checked(box.Width));
        writer.WriteNumberValue(FiniteNumber.Checked(box.Height));
        writer.WriteNumberValue(FiniteNumber.Checked(last));
    }
}
