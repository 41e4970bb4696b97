using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Reads the little YAML that <c>data.yaml</c> needs from the parser's events: no objects are made, and aliases (a few lines that unfold to
/// gigabytes), tags (which name code to run) and deep nesting are refused.
/// </summary>
internal static class YamlLabels
{
    private const int MaxDepth = 32;
    private const long MaxBytes = 1024 * 1024;

    /// <summary>The top-level keys; a value is text, a list, or a map.</summary>
    public static Dictionary<string, object> Read(string path)
    {
        string file = Path.GetFileName(path);
        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new LabelFormatException(file, null, "file_too_large", $"the file is larger than {MaxBytes} bytes");
        }

        using StringReader text = new(TextLabels.Read(path));
        Parser parser = new(text);
        try
        {
            parser.Consume<StreamStart>();
            return parser.TryConsume<DocumentStart>(out _) && ReadNode(parser, file, 0) is Dictionary<string, object> map
                ? map
                : throw new LabelFormatException(file, 1, "wrong_type", "expected keys and values");
        }
        catch (YamlException damage)
        {
            throw new LabelFormatException(file, damage.Start.Line, "invalid_yaml", damage.Message);
        }
    }

    private static object ReadNode(Parser parser, string file, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new LabelFormatException(file, null, "yaml_too_deep", $"values are nested more than {MaxDepth} deep");
        }

        ParsingEvent next = parser.Consume<ParsingEvent>();
        Refuse(next, file);
        switch (next)
        {
            case Scalar scalar:
                return scalar.Value;
            case SequenceStart:
                List<object> list = [];
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    list.Add(ReadNode(parser, file, depth + 1));
                }

                return list;
            case MappingStart:
                Dictionary<string, object> map = [];
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    string key = ReadNode(parser, file, depth + 1) as string ?? throw new LabelFormatException(file, next.Start.Line, "wrong_type", "a key is not text");
                    if (!map.TryAdd(key, ReadNode(parser, file, depth + 1)))
                    {
                        throw new LabelFormatException(file, next.Start.Line, "duplicate_key", $"'{key}' occurs twice");
                    }
                }

                return map;
            default:
                throw new LabelFormatException(file, next.Start.Line, "invalid_yaml", "expected a value");
        }
    }

    private static void Refuse(ParsingEvent next, string file)
    {
        if (next is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
        {
            throw new LabelFormatException(file, next.Start.Line, "yaml_alias_forbidden", "anchors and aliases are not read");
        }

        if (next is NodeEvent { Tag.IsEmpty: false })
        {
            throw new LabelFormatException(file, next.Start.Line, "yaml_tag_forbidden", "tags are not read");
        }
    }
}
