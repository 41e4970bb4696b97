using System.Collections.Concurrent;
using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Printing;

/// <summary>
/// A plotter's font of our own, so that labels carry the same text on machines without any font: capitals, digits and Hangul
/// syllables put together from their letters. A glyph is polylines of two-digit points on a grid: x 0 to 4, y 0 (top) to 6.
/// </summary>
internal static class StrokeFont
{
    public const float CapHeight = 6;
    private const float Gap = 1.9f;

    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['A'] = "06-02-20-42-46 04-44",
        ['B'] = "00-30-41-42-33-44-45-36-06-00 03-33",
        ['C'] = "41-30-10-01-05-16-36-45",
        ['D'] = "00-30-41-45-36-06-00",
        ['E'] = "40-00-06-46 03-33",
        ['F'] = "40-00-06 03-33",
        ['G'] = "41-30-10-01-05-16-36-45-43-23",
        ['H'] = "00-06 40-46 03-43",
        ['I'] = "20-26 10-30 16-36",
        ['J'] = "40-45-36-16-05",
        ['K'] = "00-06 40-03-46",
        ['L'] = "00-06-46",
        ['M'] = "06-00-23-40-46",
        ['N'] = "06-00-46-40",
        ['O'] = "10-30-41-45-36-16-05-01-10",
        ['P'] = "06-00-30-41-42-33-03",
        ['Q'] = "10-30-41-45-36-16-05-01-10 24-46",
        ['R'] = "06-00-30-41-42-33-03 23-46",
        ['S'] = "41-30-10-01-02-13-33-44-45-36-16-05",
        ['T'] = "00-40 20-26",
        ['U'] = "00-05-16-36-45-40",
        ['V'] = "00-26-40",
        ['W'] = "00-16-23-36-40",
        ['X'] = "00-46 40-06",
        ['Y'] = "00-23-40 23-26",
        ['Z'] = "00-40-06-46",
        ['0'] = "10-30-41-45-36-16-05-01-10 14-32",
        ['1'] = "11-20-26 16-36",
        ['2'] = "01-10-30-41-42-06-46",
        ['3'] = "01-10-30-41-42-33-44-45-36-16-05 13-33",
        ['4'] = "36-30-04-44",
        ['5'] = "40-00-03-33-44-45-36-16-05",
        ['6'] = "41-30-10-01-05-16-36-45-44-33-03",
        ['7'] = "00-40-16",
        ['8'] = "10-30-41-42-33-13-02-01-10 13-04-05-16-36-45-44-33",
        ['9'] = "05-16-36-45-41-30-10-01-02-13-43",
        ['-'] = "13-33",
        [' '] = "",
    };

    // Letters of a Hangul syllable on a 4 × 4 grid, in Unicode's order; those that no place name here needs are left out.
    private static readonly string[] Initials =
    [
        "00-40-44", "", "00-04-44", "40-00-04-44", "", "00-40-42-02-04-44", "00-40-44-04-00", "00-04-44-40 02-42", "",
        "20-04 21-44", "", "10-30-41-43-34-14-03-01-10", "00-40 20-04 22-44", "", "20-21 01-41 21-04 22-44", "", "", "",
        "20-21 01-41 12-32-33-34-14-12",
    ];

    private static readonly Dictionary<int, (string Strokes, bool IsBelow)> Vowels = new()
    {
        [0] = ("20-24 22-42", false),
        [1] = ("10-14 40-44 12-42", false),
        [4] = ("30-34 12-32", false),
        [6] = ("30-34 11-31 13-33", false),
        [8] = ("03-43 21-23", true),
        [13] = ("01-41 21-24", true),
        [18] = ("02-42", true),
        [20] = ("20-24", false),
    };

    private static readonly Dictionary<int, int> FinalToInitial = new() { [1] = 0, [4] = 2, [8] = 5, [16] = 6, [17] = 7, [21] = 11 };

    private static readonly ConcurrentDictionary<char, SKPath> Cache = new();

    /// <summary>The strokes of a line of text, its top left corner at (0, 0), capitals <see cref="CapHeight"/> tall; the caller disposes the path.</summary>
    public static SKPath Outline(string text, out float width)
    {
        SKPath line = new();
        float x = 0;
        foreach (char character in text)
        {
            line.AddPath(Cache.GetOrAdd(character, Glyph), x, 0);
            x += (IsSyllable(character) ? 6 : character == ' ' ? 1.5f : 4) + Gap;
        }

        width = Math.Max(0, x - Gap);
        return line;
    }

    private static bool IsSyllable(char character) => character is >= '\uAC00' and <= '\uD7A3';

    private static SKPath Glyph(char character)
    {
        SKPath path = new();
        if (!IsSyllable(character))
        {
            Add(path, Glyphs[character], 0, 0, 1, 1);
            return path;
        }

        int code = character - '\uAC00';
        int final = code % 28;
        (string vowel, bool isBelow) = Vowels[code % 588 / 28];
        float height = final == 0 ? 6 : 3.6f;
        if (isBelow)
        {
            Add(path, Initials[code / 588], 1, 0, 1, height * 0.5f / 4);
            Add(path, vowel, 0, height * 0.5f, 1.5f, height * 0.5f / 4);
        }
        else
        {
            Add(path, Initials[code / 588], 0, 0.3f, 0.75f, (height - 0.9f) / 4);
            Add(path, vowel, 2.9f, 0, 0.75f, height / 4);
        }

        if (final != 0)
        {
            Add(path, Initials[FinalToInitial[final]], 1, 4.1f, 1, 1.9f / 4);
        }

        return path;
    }

    private static void Add(SKPath path, string strokes, float left, float top, float scaleX, float scaleY)
    {
        foreach (string stroke in strokes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            SKPoint[] points = Array.ConvertAll(
                stroke.Split('-'), point => new SKPoint(left + ((point[0] - '0') * scaleX), top + ((point[1] - '0') * scaleY)));
            path.AddPoly(points, close: false);
        }
    }
}
