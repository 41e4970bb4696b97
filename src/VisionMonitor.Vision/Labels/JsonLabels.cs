using System.Text.Json;
using System.Text.Unicode;
using VisionMonitor.Vision.Json;

namespace VisionMonitor.Vision.Labels;

/// <summary>Opens a label file of JSON that a stranger may have made: size, encoding and depth first.</summary>
internal static class JsonLabels
{
    private const int MaxDepth = 64;

    public static JsonDocument Open(string path, LabelOptions options)
    {
        string name = Path.GetFileName(path);
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new LabelFormatException(name, null, "file_not_found", "the file does not exist");
        }

        if (file.Length > options.MaxBytes)
        {
            throw new LabelFormatException(name, null, "file_too_large", $"the file has {file.Length} bytes; at most {options.MaxBytes} are read");
        }

        return Parse(File.ReadAllBytes(path), name);
    }

    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        if (bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            bytes = bytes[3..];
        }

        if (bytes.IsEmpty)
        {
            throw new LabelFormatException(name, null, "empty_file", "the file is empty");
        }

        if (!Utf8.IsValid(bytes.Span) || bytes.Span[..Math.Min(bytes.Length, 64)].Contains((byte)0))
        {
            throw new LabelFormatException(name, null, "invalid_encoding", "the file is not UTF-8");
        }

        if (JsonEscapes.LineOfLoneSurrogate(bytes.Span) is { } line)
        {
            throw new LabelFormatException(name, line, "invalid_json", "an escape such as \\ud800 is half of a character");
        }

        try
        {
            return JsonDocument.Parse(bytes, new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException failure)
        {
            long where = (failure.LineNumber ?? 0) + 1;
            throw IsTooDeep(bytes.Span)
                ? new LabelFormatException(name, where, "json_too_deep", $"brackets are nested more than {MaxDepth} deep")
                : new LabelFormatException(name, where, "invalid_json", SentenceOf(failure));
        }
    }

    /// <summary>What the parser says, without its own places (we name the line) and its advice to programmers.</summary>
    public static string SentenceOf(JsonException failure)
    {
        string sentence = failure.Message;
        foreach (string after in (string[])[" LineNumber:", " Path:", " Change the reader options", " Expected the input to start"])
        {
            int at = sentence.IndexOf(after, StringComparison.Ordinal);
            sentence = at > 0 ? sentence[..at] : sentence;
        }

        return sentence.TrimEnd('.');
    }

    /// <summary>Whether brackets outside strings nest deeper than they may; no recursion, so no stack to run out of.</summary>
    private static bool IsTooDeep(ReadOnlySpan<byte> bytes)
    {
        int depth = 0;
        bool isInString = false;
        for (int index = 0; index < bytes.Length; index++)
        {
            byte value = bytes[index];
            if (isInString)
            {
                index += value == '\\' ? 1 : 0;
                isInString = value != '"';
                continue;
            }

            isInString = value == '"';
            depth += value switch
            {
                (byte)'[' or (byte)'{' => 1,
                (byte)']' or (byte)'}' => -1,
                _ => 0,
            };
            if (depth > MaxDepth)
            {
                return true;
            }
        }

        return false;
    }
}
