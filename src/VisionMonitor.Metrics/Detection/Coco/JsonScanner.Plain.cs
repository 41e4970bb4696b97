using System.Runtime.CompilerServices;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The shape that nearly every result of boxes has, read in one go: a file of them costs a third of the time.</summary>
internal sealed partial class JsonScanner
{
    private const int ImageKey = 1, CategoryKey = 2, BoxKey = 4, ScoreKey = 8;

    /// <summary>
    /// Reads {"image_id": …, "category_id": …, "bbox": [4 numbers], "score": …}: each key once in any order, integers as ids. Anything else, and a record
    /// that the window cuts, gives <see langword="false"/> and nothing is consumed: the careful way reads it from its start and says what is wrong with it.
    /// </summary>
    public bool TryPlain(out PlainResult result)
    {
        // The zero behind the window matches nothing, so that no loop runs past it.
        byte[] buffer = _buffer;
        int at = _at, seen = 0;
        double image = 0, category = 0, score = 0, x = 0, y = 0, width = 0, height = 0;
        result = default;
        byte before = (byte)'{';
        do
        {
            if (!Take(buffer, ref at, before) || !Take(buffer, ref at, (byte)'"'))
            {
                return false;
            }

            int key = PlainKey(buffer.AsSpan(at), out int length);
            at += length;
            if (key == 0 || (seen & key) != 0 || !Take(buffer, ref at, (byte)':'))
            {
                return false;
            }

            bool isRead = key switch
            {
                ImageKey => PlainNumber(buffer, ref at, out image, isWhole: true),
                CategoryKey => PlainNumber(buffer, ref at, out category, isWhole: true),
                ScoreKey => PlainNumber(buffer, ref at, out score, isWhole: false),
                _ => Take(buffer, ref at, (byte)'[') && PlainNumber(buffer, ref at, out x, isWhole: false)
                    && Take(buffer, ref at, (byte)',') && PlainNumber(buffer, ref at, out y, isWhole: false)
                    && Take(buffer, ref at, (byte)',') && PlainNumber(buffer, ref at, out width, isWhole: false)
                    && Take(buffer, ref at, (byte)',') && PlainNumber(buffer, ref at, out height, isWhole: false)
                    && Take(buffer, ref at, (byte)']'),
            };
            if (!isRead)
            {
                return false;
            }

            seen |= key;
            before = (byte)',';
        }
        while (seen != (ImageKey | CategoryKey | BoxKey | ScoreKey));

        if (!Take(buffer, ref at, (byte)'}'))
        {
            return false;
        }

        _at = at;
        result = new PlainResult((long)image, (long)category, score, new BoundingBox(x, y, width, height));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PlainKey(ReadOnlySpan<byte> text, out int length)
    {
        (int key, length) = (char)text[0] switch
        {
            'i' when text.StartsWith("image_id\""u8) => (ImageKey, 9),
            'c' when text.StartsWith("category_id\""u8) => (CategoryKey, 12),
            's' when text.StartsWith("score\""u8) => (ScoreKey, 6),
            'b' when text.StartsWith("bbox\""u8) => (BoxKey, 5),
            _ => (0, 0),
        };
        return key;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Take(byte[] buffer, ref int at, byte expected)
    {
        byte found = buffer[at];
        while (found is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            found = buffer[++at];
        }

        at++;
        return found == expected;
    }

    /// <summary>A number of at most 15 digits without an exponent, as <see cref="Number"/> reads it.</summary>
    private static bool PlainNumber(byte[] buffer, ref int at, out double value, bool isWhole)
    {
        while (buffer[at] == ' ')
        {
            at++;
        }

        bool isNegative = buffer[at] == '-';
        int digits = isNegative ? ++at : at, scale = 0;
        ulong mantissa = 0;
        uint digit;
        while ((digit = (uint)(buffer[at] - '0')) <= 9)
        {
            mantissa = (mantissa * 10) + digit;
            at++;
        }

        int whole = at - digits;
        if (buffer[at] == '.')
        {
            int point = ++at;
            while ((digit = (uint)(buffer[at] - '0')) <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                at++;
            }

            scale = at - point;
            if (scale == 0 || isWhole)
            {
                value = 0;
                return false;
            }
        }

        bool isPlain = whole > 0 && whole + scale <= 15 && (whole == 1 || buffer[digits] != '0') && buffer[at] is not ((byte)'e' or (byte)'E');
        value = isPlain ? mantissa / PowersOfTen[scale] : 0;
        value = isNegative ? -value : value;
        return isPlain;
    }
}

/// <summary>A result whose ids are integers and whose shape is a box.</summary>
internal readonly record struct PlainResult(long ImageId, long CategoryId, double Score, BoundingBox Box);
