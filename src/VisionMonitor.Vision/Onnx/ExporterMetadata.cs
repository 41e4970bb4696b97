using System.Globalization;

namespace VisionMonitor.Vision.Onnx;

/// <summary>What exporters write into a model's metadata; Ultralytics writes Python literals, which are not JSON.</summary>
internal static class ExporterMetadata
{
    private const int MaxClasses = 100_000;
    private const int MaxNameLength = 256;

    private static readonly string[] _nameKeys = ["names", "class_names", "classes", "labels"];

    /// <summary>
    /// Class names from the key <c>names</c>: Python's <c>{0: 'person', 1: "it's"}</c> or <c>['person', …]</c>, JSON's <c>{"0": "person"}</c>, or names
    /// between commas or lines; <c>classes</c> and <c>labels</c> are other exporters' keys. Empty where there are none.
    /// </summary>
    public static IReadOnlyList<string> Names(OnnxSignature signature)
    {
        foreach (string key in _nameKeys)
        {
            if (signature.Metadata.TryGetValue(key, out string? literal) && PythonLiteral.Names(literal, MaxClasses) is { Count: > 0 } names)
            {
                return [.. names.Select(name => name.Length <= MaxNameLength ? name : name[..MaxNameLength])];
            }
        }

        return [];
    }

    /// <summary>Height and width from the key <c>imgsz</c>, or null.</summary>
    public static (int Height, int Width)? ImageSize(OnnxSignature signature)
    {
        string[] sides = signature.Metadata.GetValueOrDefault("imgsz", "").Split([',', '[', ']', '(', ')', ' '], StringSplitOptions.RemoveEmptyEntries);
        return sides.Length > 0
            && int.TryParse(sides[0], CultureInfo.InvariantCulture, out int height)
            && int.TryParse(sides[^1], CultureInfo.InvariantCulture, out int width)
            && height is > 0 and <= 4096
            && width is > 0 and <= 4096
            ? (height, width)
            : null;
    }

    /// <summary>Whether the Ultralytics exporter wrote the model.</summary>
    public static bool IsUltralytics(OnnxSignature signature) =>
        signature.Metadata.ContainsKey("stride") && signature.Metadata.ContainsKey("names");

    /// <summary>Whether the model says that nothing is left to suppress: YOLOv10, YOLO26, <c>nms=True</c>.</summary>
    public static bool IsEndToEnd(OnnxSignature signature) =>
        signature.Metadata.GetValueOrDefault("end2end", "").Equals("True", StringComparison.OrdinalIgnoreCase)
        || signature.Metadata.GetValueOrDefault("args", "").Replace(" ", "", StringComparison.Ordinal).Contains("'nms':True", StringComparison.Ordinal);

    /// <summary>Whether Ultralytics exported its RT-DETR, which its description names.</summary>
    public static bool IsRtDetr(OnnxSignature signature) =>
        signature.Metadata.GetValueOrDefault("description", "").Contains("rtdetr", StringComparison.OrdinalIgnoreCase)
        || signature.Metadata.GetValueOrDefault("description", "").Contains("rt-detr", StringComparison.OrdinalIgnoreCase);

    /// <summary>The task that Ultralytics names, or nothing (YOLOv5 names none).</summary>
    public static string Task(OnnxSignature signature) => signature.Metadata.GetValueOrDefault("task", "");
}
