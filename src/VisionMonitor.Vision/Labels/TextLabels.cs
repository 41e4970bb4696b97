using System.Text;
using System.Text.Unicode;

namespace VisionMonitor.Vision.Labels;

/// <summary>Reads a label file of text: UTF-8, with or without a byte order mark, and no zeros.</summary>
internal static class TextLabels
{
    public static string Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return Utf8.IsValid(bytes) && !bytes.AsSpan().Contains((byte)0)
            ? Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')
            : throw new LabelFormatException(Path.GetFileName(path), null, "invalid_encoding", "the file is not UTF-8 text");
    }
}
