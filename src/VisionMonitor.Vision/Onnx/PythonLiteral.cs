using System.Globalization;
using System.Text;

namespace VisionMonitor.Vision.Onnx;

/// <summary>Reads lists and dictionaries of names as Python prints them; JSON and plain lists are near enough to be read alike.</summary>
internal static class PythonLiteral
{
    /// <summary>The names by index; empty where the indices have holes, which would make a list as long as the largest of them.</summary>
    public static IReadOnlyList<string> Names(string literal, int maxCount)
    {
        ArgumentNullException.ThrowIfNull(literal);
        string text = literal.Trim();
        if (text.Length > 0 && text[0] is not ('{' or '[' or '('))
        {
            return Plain(text, maxCount);
        }

        SortedDictionary<int, string> names = [];
        bool isDictionary = text.StartsWith('{');
        (int at, int next, bool isKey) = (0, 0, isDictionary);
        while (at < text.Length && names.Count < maxCount)
        {
            char here = text[at];
            if (here is '\'' or '"')
            {
                string word = ReadText(text, ref at);
                if (isKey)
                {
                    next = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int quoted) ? quoted : next;
                }
                else
                {
                    names[next++] = word;
                }
            }
            else if (isKey && char.IsAsciiDigit(here))
            {
                int end = at;
                while (end < text.Length && char.IsAsciiDigit(text[end]))
                {
                    end++;
                }

                next = int.TryParse(text.AsSpan(at, end - at), CultureInfo.InvariantCulture, out int index) ? index : next;
                at = end;
            }
            else
            {
                isKey = here switch
                {
                    ':' => false,
                    ',' => isDictionary,
                    _ => isKey,
                };
                at++;
            }
        }

        bool isDense = names.Count > 0 && names.Keys.Last() == names.Count - 1;
        return isDense ? [.. names.Values] : [];
    }

    private static string[] Plain(string text, int maxCount)
    {
        string[] words = text.Split(text.Contains('\n', StringComparison.Ordinal) ? '\n' : ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 ? words[..Math.Min(words.Length, maxCount)] : [];
    }

    private static string ReadText(string literal, ref int at)
    {
        char quote = literal[at];
        StringBuilder text = new();
        for (at++; at < literal.Length && literal[at] != quote; at++)
        {
            if (literal[at] != '\\' || at + 1 == literal.Length)
            {
                text.Append(literal[at]);
                continue;
            }

            at++;
            int digits = literal[at] switch
            {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            if (digits > 0 && at + digits < literal.Length && TryReadRune(literal.AsSpan(at + 1, digits), text))
            {
                at += digits;
            }
            else
            {
                text.Append(literal[at] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    char same => same,
                });
            }
        }

        at++;
        return text.ToString();
    }

    /// <summary>A character by its number; JSON writes those beyond 16 bits as two halves, which are appended one by one.</summary>
    private static bool TryReadRune(ReadOnlySpan<char> digits, StringBuilder text)
    {
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        if (Rune.IsValid(number))
        {
            text.Append(new Rune(number).ToString());
            return true;
        }

        if (number is < 0 or > char.MaxValue)
        {
            return false;
        }

        text.Append((char)number);
        return true;
    }
}
