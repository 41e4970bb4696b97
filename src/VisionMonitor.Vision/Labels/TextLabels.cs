using System.Text;
using System.Text.Unicode;

namespace VisionMonitor.Vision.Labels;

/// <summary>Reads a label file of text: UTF-8, with or without a byte order mark, and no zeros.</summary>
internal static class TextLabels
{
    /// <summary>What stands for a text that nobody can read.</summary>
    public const string Unreadable = "###";

    /// <summary>The text of a line where only that says whether it counts: of an ignored one, what stands for it.</summary>
    public static string Written(Truths.TruthLine line) => line.IsIgnored ? Unreadable : line.Text;

    public static string Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return Utf8.IsValid(bytes) && !bytes.AsSpan().Contains((byte)0)
            ? Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')
            : throw new LabelFormatException(Path.GetFileName(path), null, "invalid_encoding", "the file is not UTF-8 text");
    }
}
