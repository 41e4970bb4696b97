using System.Globalization;

namespace VisionMonitor.Vision.Onnx;

/// <summary>What exporters write into a model's metadata; Ultralytics writes Python literals, which are not JSON.</summary>
internal static class ExporterMetadata
{
    private const int MaxClasses = 100_000;

    /// <summary>Class names from the key <c>names</c>: <c>{0: 'person', 1: "it's"}</c> or <c>['person', …]</c>; empty where there are none.</summary>
    public static IReadOnlyList<string> Names(OnnxSignature signature)
    {
        string literal = signature.Metadata.GetValueOrDefault("names", "");
        SortedDictionary<int, string> names = [];
        bool isDictionary = literal.TrimStart().StartsWith('{');
        int at = 0;
        int next = 0;
        while (at < literal.Length && names.Count < MaxClasses)
        {
            char here = literal[at];
            if (isDictionary && char.IsAsciiDigit(here))
            {
                int end = at;
                while (end < literal.Length && char.IsAsciiDigit(literal[end]))
                {
                    end++;
                }

                next = int.TryParse(literal.AsSpan(at, end - at), CultureInfo.InvariantCulture, out int index) ? index : next;
                at = end;
            }
            else if (here is '\'' or '"')
            {
                names[next] = ReadText(literal, ref at, here);
                next++;
            }
            else
            {
                at++;
            }
        }

        // Sparse indices would make a list as long as the largest of them.
        bool isDense = names.Count > 0 && names.Keys.Last() == names.Count - 1;
        return isDense ? [.. names.Values] : [];
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

    /// <summary>The task that Ultralytics names, or nothing (YOLOv5 names none).</summary>
    public static string Task(OnnxSignature signature) => signature.Metadata.GetValueOrDefault("task", "");

    private static string ReadText(string literal, ref int at, char quote)
    {
        System.Text.StringBuilder text = new();
        for (at++; at < literal.Length && literal[at] != quote; at++)
        {
            if (literal[at] == '\\' && at + 1 < literal.Length)
            {
                at++;
            }

            text.Append(literal[at]);
        }

        at++;
        return text.ToString();
    }
}
