using System.Globalization;
using System.Text;

namespace VisionMonitor.Metrics.Text;

/// <summary>Texts as sequences of comparable units.</summary>
internal static class TextUnits
{
    /// <summary>The units of a text; graphemes get numbers from <paramref name="clusters"/>, so both sides share one.</summary>
    public static int[] Of(string text, TextOptions options, Dictionary<string, int> clusters)
    {
        string prepared = Prepare(text, options);
        return options.Unit switch
        {
            TextUnit.Utf16 => Array.ConvertAll(prepared.ToCharArray(), c => (int)c),
            TextUnit.Grapheme or TextUnit.NfcGrapheme => Graphemes(prepared, clusters),
            _ => CodePoints(prepared),
        };
    }

    /// <summary>Words between runs of whitespace, after the same preparation (spaces are kept).</summary>
    public static int[] Words(string text, TextOptions options, Dictionary<string, int> words)
    {
        string prepared = Prepare(text, options with { IgnoreSpaces = false, OnlyLatinLettersAndDigits = false });
        string[] parts = prepared.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(parts, part => Number(part, words));
    }

    private static string Prepare(string text, TextOptions options)
    {
        string prepared = options.Unit switch
        {
            TextUnit.NfcCodePoint or TextUnit.NfcGrapheme => Normalize(text, NormalizationForm.FormC),
            TextUnit.NfkcCodePoint => Normalize(text, NormalizationForm.FormKC),
            TextUnit.Jamo => Normalize(text, NormalizationForm.FormD),
            _ => text,
        };
        if (options.OnlyLatinLettersAndDigits)
        {
            prepared = string.Concat(prepared.Where(char.IsAsciiLetterOrDigit));
        }

        if (options.IgnoreSpaces)
        {
            prepared = prepared.Replace(" ", "", StringComparison.Ordinal);
        }

        return options.IgnoreCase ? prepared.ToLowerInvariant() : prepared;
    }

    /// <summary>A text with half a surrogate pair has no normal form; it is compared as it is.</summary>
    private static string Normalize(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    private static int[] CodePoints(string text)
    {
        int[] points = new int[text.Length];
        int count = CodePoints(text, points);
        return count == points.Length ? points : points[..count];
    }

    /// <summary>Writes the code points of a text and returns how many there are; half a surrogate pair stands for itself.</summary>
    public static int CodePoints(ReadOnlySpan<char> text, Span<int> points)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                points[count++] = char.ConvertToUtf32(text[i], text[++i]);
            }
            else
            {
                points[count++] = text[i];
            }
        }

        return count;
    }

    private static int[] Graphemes(string text, Dictionary<string, int> clusters)
    {
        var numbers = new List<int>(text.Length);
        for (int start = 0; start < text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(text, start);
            numbers.Add(Number(text.Substring(start, length), clusters));
            start += length;
        }

        return [.. numbers];
    }

    private static int Number(string item, Dictionary<string, int> numbers)
    {
        if (!numbers.TryGetValue(item, out int number))
        {
            numbers[item] = number = numbers.Count;
        }

        return number;
    }
}
