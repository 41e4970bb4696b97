using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Json;

/// <summary>A mask as <c>{"size":[height,width],"counts":"…"}</c>, as COCO writes it.</summary>
internal sealed class RunLengthMaskConverter : JsonConverter<RunLengthMask>
{
    /// <summary>A mask larger than this is refused before anything is unpacked.</summary>
    private const long MaxPixels = 50_000_000;

    public override RunLengthMask Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        JsonElement size = document.RootElement.GetProperty("size");
        (int height, int width) = (size[0].GetInt32(), size[1].GetInt32());
        return width < 0 || height < 0 || (long)width * height > MaxPixels
            ? throw new VisionFormatException("mask_too_large", $"A mask is {width} × {height} pixels; at most {MaxPixels} are read.")
            : RunLengthMask.FromText(height, width, Encoding.UTF8.GetBytes(document.RootElement.GetProperty("counts").GetString() ?? ""));
    }

    public override void Write(Utf8JsonWriter writer, RunLengthMask value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("size");
        writer.WriteNumberValue(value.Height);
        writer.WriteNumberValue(value.Width);
        writer.WriteEndArray();
        writer.WriteString("counts", value.ToText());
        writer.WriteEndObject();
    }
}
