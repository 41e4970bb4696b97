using System.Buffers.Text;
using System.Text;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The values: numbers without a detour through text, ids, texts, and what is skipped.</summary>
internal sealed partial class JsonScanner
{
    /// <summary>Those that a double holds exactly.</summary>
    private static readonly double[] PowersOfTen = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>A finite number.</summary>
    public double Number(string name)
    {
        byte first = Peek();
        if (first != '-' && !char.IsAsciiDigit((char)first))
        {
            throw WrongType(name, "a number");
        }

        byte[] buffer = _buffer;
        int start = _at;
        bool isNegative = first == '-';
        int at = isNegative ? start + 1 : start;
        ulong mantissa = 0;
        int digits = at;
        uint digit;
        while ((digit = (uint)(buffer[at] - '0')) <= 9)
        {
            mantissa = (mantissa * 10) + digit;
            at++;
        }

        int whole = at - digits, scale = 0;
        if (buffer[at] == '.')
        {
            int point = ++at;
            while ((digit = (uint)(buffer[at] - '0')) <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                at++;
            }

            scale = at - point;
            whole = scale == 0 ? 0 : whole;
        }

        if (at >= _end)
        {
            throw new EndOfStreamException();
        }

        if (whole == 0 || (whole > 1 && buffer[digits] == '0'))
        {
            throw Unexpected("a number as JSON writes it");
        }

        // Both sides exact in double: one rounding, so the nearest double (Clinger). 15 digits stay below 2^53.
        if (buffer[at] is not ((byte)'e' or (byte)'E') && whole + scale <= 15)
        {
            _at = at;
            double value = mantissa / PowersOfTen[scale];
            return isNegative ? -value : value;
        }

        return SlowNumber(name, start, at);
    }

    /// <summary>An integer or text; a number with a zero fraction counts as an integer.</summary>
    public CocoId Id(string name)
    {
        byte first = Peek();
        if (first == '"')
        {
            return new CocoId(0, Text());
        }

        int at = first == '-' ? _at + 1 : _at;
        int digits = at;
        long value = 0;
        while ((uint)(_buffer[at] - '0') <= 9 && at - digits < 18)
        {
            value = (value * 10) + (_buffer[at++] - '0');
        }

        if (at > digits && _buffer[at] is not ((byte)'.' or (byte)'e' or (byte)'E') && (uint)(_buffer[at] - '0') > 9 && at < _end && (at == digits + 1 || _buffer[digits] != '0'))
        {
            _at = at;
            return new CocoId(first == '-' ? -value : value);
        }

        return SlowId(name);
    }

    public string Text()
    {
        ReadOnlySpan<byte> raw = RawText(out bool hasEscapes);
        try
        {
            if (!hasEscapes)
            {
                return Encoding.UTF8.GetString(raw);
            }

            var reader = new System.Text.Json.Utf8JsonReader([(byte)'"', .. raw, (byte)'"']);
            reader.Read();
            return reader.GetString()!;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new CocoFormatException(_file, Where(), "invalid_encoding", "A text holds half of a character that needs two escapes. Save the file as UTF-8.");
        }
    }

    /// <summary>true, false, null or a number as a flag; null is false.</summary>
    public bool Flag(string name)
    {
        byte next = Peek();
        switch (next)
        {
            case (byte)'t':
                Literal("true"u8);
                return true;
            case (byte)'f':
                Literal("false"u8);
                return false;
            case (byte)'n':
                Literal("null"u8);
                return false;
            default:
                return Number(name) != 0;
        }
    }

    /// <summary>Skips one value of any shape, without recursion.</summary>
    public void Skip()
    {
        Span<byte> open = stackalloc byte[MostDepth];
        int depth = 0;
        bool wantsValue = true;
        do
        {
            byte next = Peek();
            if (next is (byte)'[' or (byte)'{')
            {
                if (depth == MostDepth)
                {
                    throw new CocoFormatException(_file, Where(), "json_too_deep", $"Values are nested more than {MostDepth} deep. A COCO file needs 5.");
                }

                open[depth++] = next == '[' ? (byte)']' : (byte)'}';
                _at++;
                wantsValue = true;
                if (Peek() == open[depth - 1])
                {
                    _at++;
                    depth--;
                    wantsValue = false;
                }
                else if (open[depth - 1] == '}')
                {
                    Key();
                }
            }
            else if (wantsValue)
            {
                SkipScalar(next);
                wantsValue = false;
            }
            else if (next == ',')
            {
                _at++;
                wantsValue = true;
                if (open[depth - 1] == '}')
                {
                    Key();
                }
            }
            else if (next == open[depth - 1])
            {
                _at++;
                depth--;
            }
            else
            {
                throw Unexpected($"',' or '{(char)open[depth - 1]}'");
            }
        }
        while (depth > 0);
    }

    private double SlowNumber(string name, int start, int at)
    {
        while (_buffer[at] is (>= (byte)'0' and <= (byte)'9') or (byte)'e' or (byte)'E' or (byte)'+' or (byte)'-' or (byte)'.')
        {
            at++;
        }

        if (at >= _end)
        {
            throw new EndOfStreamException();
        }

        if (!Utf8Parser.TryParse(_buffer.AsSpan(start, at - start), out double value, out int used) || used != at - start)
        {
            throw Unexpected("a number as JSON writes it");
        }

        _at = at;
        return double.IsFinite(value) ? value : throw Wrong("non_finite_number", $"{name} is too large for a number.");
    }

    private CocoId SlowId(string name)
    {
        int start = _at;
        double value = Number(name);
        ReadOnlySpan<byte> text = _buffer.AsSpan(start, _at - start);
        if (Utf8Parser.TryParse(text, out long whole, out int used) && used == text.Length)
        {
            return new CocoId(whole);
        }

        if (value != Math.Floor(value))
        {
            throw Wrong("wrong_type", $"{name} must be an integer or a text, found {Encoding.ASCII.GetString(text)}.");
        }

        return Math.Abs(value) < 9e18
            ? new CocoId((long)value)
            : throw Wrong("id_out_of_range", $"{name} must fit into 64 bits, found {Encoding.ASCII.GetString(text)}.");
    }

    private void SkipScalar(byte next)
    {
        switch (next)
        {
            case (byte)'"':
                RawText(out _);
                break;
            case (byte)'t':
                Literal("true"u8);
                break;
            case (byte)'f':
                Literal("false"u8);
                break;
            case (byte)'n':
                Literal("null"u8);
                break;
            default:
                Number("a value");
                break;
        }
    }

    private void Literal(ReadOnlySpan<byte> literal)
    {
        if (_end - _at < literal.Length)
        {
            throw new EndOfStreamException();
        }

        if (!_buffer.AsSpan(_at).StartsWith(literal))
        {
            throw Unexpected("a value");
        }

        _at += literal.Length;
    }
}
