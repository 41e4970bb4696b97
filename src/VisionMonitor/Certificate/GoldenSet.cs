using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using VisionMonitor.Hosting;

namespace VisionMonitor.Certificate;

/// <summary>
/// Generated inputs with what the reference tools made of them. A small set lies beside the executable; a bigger one of the same form can be named.
/// </summary>
internal sealed class GoldenSet(string root)
{
    public static GoldenSet Shipped { get; } = new(Path.Combine(AppContext.BaseDirectory, "golden"));

    public string Root => root;

    /// <summary>The first of several folders that is there; null where none is.</summary>
    public string? Folder(params string[] names) => names.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);

    /// <summary>The cases of a folder, each a folder with expected.json.</summary>
    public IEnumerable<string> Cases(params string[] names) => Folder(names) is { } folder
        ? Directory.EnumerateDirectories(folder).Where(one => File.Exists(Path.Combine(one, "expected.json"))).Order(StringComparer.Ordinal)
        : [];

    /// <summary>A JSON file, packed or not. Python writes −Infinity where a division by zero is undefined for us.</summary>
    public static JsonElement Json(string path)
    {
        try
        {
            string text = System.Text.Encoding.UTF8.GetString(Bytes(path));
            using JsonDocument document = JsonDocument.Parse(text.Replace("-Infinity", "null", StringComparison.Ordinal));
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            throw new StartException($"{path}: {error.Message}");
        }
    }

    public static byte[] Bytes(string path)
    {
        using Stream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static T[] Array<T>(string path)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(path)).ToArray();

    public static double? Number(JsonElement element) => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : null;

    public static double?[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(Number)];
}
