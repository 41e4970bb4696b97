using System.Text.Json;

namespace VisionMonitor.Vision.Labels;

/// <summary>Fields of a JSON row, each with the code of what may be wrong with it.</summary>
internal static class JsonFields
{
    public static long Id(JsonElement row, string name)
    {
        JsonElement value = Required(row, name, JsonValueKind.Number);
        if (value.TryGetInt64(out long id))
        {
            return id;
        }

        double number = value.GetDouble();
        throw Math.Floor(number) == number
            ? new RowException("id_out_of_range", $"{name} is {Shown(value)}, beyond 64 bits")
            : new RowException("wrong_type", $"{name} is {Shown(value)}, not a whole number");
    }

    public static double Number(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw new RowException("wrong_type", $"{name} holds {value.ValueKind}, not a number");
        }

        double number = value.GetDouble();
        return double.IsFinite(number) ? number : throw new RowException("non_finite_number", $"{name} holds {Shown(value)}, too large to be stored");
    }

    public static string Text(JsonElement row, string name) => Required(row, name, JsonValueKind.String).GetString()!;

    public static int? Side(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int side) && side > 0 ? side : null;

    /// <summary>Warns where a size is given that is none: boxes are then not held against it.</summary>
    public static void WarnOfSize(JsonElement row, string width, string height, string where, ReadReportBuilder report)
    {
        foreach (string name in (string[])[width, height])
        {
            if (row.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null && Side(row, name) is null)
            {
                report.Warn(where, "invalid_size", $"{name} is {Shown(value)}, no size in pixels: boxes are not held against it");
            }
        }
    }

    private static string Shown(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 40 ? text : text[..40] + "…";
    }

    public static JsonElement Required(JsonElement row, string name, JsonValueKind kind)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new RowException("wrong_type", $"a row is {row.ValueKind}, not an object");
        }

        if (!row.TryGetProperty(name, out JsonElement value))
        {
            throw new RowException("missing_field", $"{name} is missing");
        }

        return value.ValueKind == kind ? value : throw new RowException("wrong_type", $"{name} is {value.ValueKind}, not {kind}");
    }
}
