using System.Text.Json;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.NumPy;
using VisionMonitor.Metrics.Segmentation;
using VisionMonitor.Vision.Json;

namespace VisionMonitor.Commands;

/// <summary>Reads what the evaluations are given; whatever is wrong is told with the name of the file.</summary>
internal static class EvalFiles
{
    public static NpyFile Npy(FileInfo file) => Read(file.FullName, path => NpyFile.Read(File.ReadAllBytes(path)));

    public static PngLabels Png(string path) => Read(path, p => PngLabels.Read(File.ReadAllBytes(p)));

    public static JsonElement Json(string path) => Read(path, p =>
    {
        byte[] bytes = File.ReadAllBytes(p);
        if (JsonEscapes.LineOfLoneSurrogate(bytes) is { } line)
        {
            throw new InvalidDataException($"line {line}: an escape such as \\ud800 is half of a character");
        }

        using JsonDocument document = JsonDocument.Parse(new MemoryStream(bytes), new JsonDocumentOptions { MaxDepth = 64 });
        return document.RootElement.Clone();
    });

    public static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or ArgumentException)
        {
            throw new StartException($"{path}: {Sentence(error)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} cannot be read: {error.Message}");
        }
    }

    /// <summary>What an exception says to a person, who knows nothing of our parameters.</summary>
    public static string Sentence(Exception error) =>
        error is ArgumentException { ParamName: { } name } ? error.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : error.Message;

    /// <summary>A property that must be there; the message names the record.</summary>
    public static JsonElement Field(JsonElement record, string name, string what) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out JsonElement value) ? value : throw new InvalidDataException($"{what} has no \"{name}\"");

    public static int Whole(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw new InvalidDataException($"{what} is {Shown(value)}, not a whole number");

    public static string Text(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new InvalidDataException($"{what} is {Shown(value)}, not a text");

    public static IReadOnlyList<JsonElement> List(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw new InvalidDataException($"{what} is {Shown(value)}, not a list");

    private static string Shown(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 40 ? text : text[..40] + "…";
    }
}
