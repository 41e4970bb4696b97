using System.Buffers.Text;

namespace VisionMonitor.Vision.Json;

/// <summary>
/// Escapes that JSON's grammar allows and that are no text: one half of a surrogate pair (RFC 8259, section 8.2). System.Text.Json accepts such a
/// document and throws later, when the text is asked for.
/// </summary>
public static class JsonEscapes
{
    private const int Length = 6;

    /// <summary>The line, from 1, of the first lone half of a surrogate pair; null where there is none.</summary>
    /// <param name="json">A document in UTF-8. Outside of strings JSON has no backslash, so strings need not be told apart.</param>
    public static long? LineOfLoneSurrogate(ReadOnlySpan<byte> json)
    {
        for (int at = 0; json[at..].IndexOf((byte)'\\') is >= 0 and int next;)
        {
            at += next;
            char? unit = CodeUnit(json[at..]);
            bool isPair = unit is { } high && char.IsHighSurrogate(high) && CodeUnit(json[(at + Length)..]) is { } low && char.IsLowSurrogate(low);
            if (!isPair && unit is { } one && char.IsSurrogate(one))
            {
                return json[..at].Count((byte)'\n') + 1;
            }

            at = Math.Min(json.Length, at + (isPair ? 2 * Length : unit is null ? 2 : Length));
        }

        return null;
    }

    /// <summary>The UTF-16 code unit of an escape such as <c>\u00e9</c> at the start; null where there is no such escape.</summary>
    private static char? CodeUnit(ReadOnlySpan<byte> json) =>
        json.Length >= Length && json.StartsWith("\\u"u8) && Utf8Parser.TryParse(json[2..Length], out ushort unit, out int read, 'x') && read == 4 ? (char)unit : null;
}
