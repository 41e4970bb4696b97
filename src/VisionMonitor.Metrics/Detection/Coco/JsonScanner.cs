using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>
/// A forward reader of UTF-8 JSON made for arrays of many small records: a window slides over the stream, so that memory does not grow
/// with the file; a record that does not fit into the window is read again in a wider one. Strict grammar; nesting is limited.
/// </summary>
internal sealed partial class JsonScanner
{
    private const int MostDepth = 64;
    private const int LongestRecord = 1 << 30;

    private readonly Stream _stream;
    private readonly string _file;
    private byte[] _buffer;
    private int _at;
    private int _end;
    private long _lineStart;
    private int _lines = 1;
    private long _discarded;
    private bool _isFinal;

    public JsonScanner(Stream stream, string file, int windowLength = 1 << 20)
    {
        _stream = stream;
        _file = file;
        _buffer = new byte[windowLength];
        Refill(_buffer.Length - 1);
        if (_end == 0)
        {
            throw new CocoFormatException(file, "", "empty_file", "The file is empty. Export it again.");
        }

        ReadOnlySpan<byte> head = _buffer.AsSpan(0, _end);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            _at = 3;
        }
        else if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) || head[0] == 0 || (head.Length > 1 && head[1] == 0))
        {
            throw new CocoFormatException(file, "", "invalid_encoding", "The file is UTF-16 or UTF-32. Save it as UTF-8.");
        }
    }

    /// <summary>How many records like those so far the whole stream will hold, at least what is given; for arrays that grow.</summary>
    public int Estimate(int soFar)
    {
        double read = _discarded + _at;
        long length = _stream.CanSeek ? _stream.Length : 0;
        return (int)Math.Clamp(read > 0 ? soFar * (length / read) * 1.02 : 0, soFar, Array.MaxLength);
    }

    /// <summary>Which record is being read, for messages.</summary>
    public Func<string> Record { get; set; } = static () => "";

    /// <summary>
    /// Reads the elements of an array one by one. The action may be called again for the same element from its start, so it commits what it
    /// read at its very end.
    /// </summary>
    public void ReadArray(Action readElement)
    {
        Expect((byte)'[');
        if (TryConsume((byte)']'))
        {
            return;
        }

        do
        {
            Retry(readElement);
        }
        while (ContinueWith((byte)']'));
    }

    /// <summary>Reads one value, in a wider window when it does not fit.</summary>
    public void Retry(Action read)
    {
        int wanted = 1 << 16;
        while (true)
        {
            if (_end - _at < wanted && !_isFinal)
            {
                Refill(wanted);
            }

            int mark = _at;
            try
            {
                read();
                return;
            }
            catch (EndOfStreamException) when (!_isFinal && wanted < LongestRecord)
            {
                _at = mark;
                wanted *= 4;
            }
            catch (EndOfStreamException)
            {
                throw Invalid("The file ends in the middle. Export or copy it again.");
            }
        }
    }

    /// <summary>After an element: <see langword="true"/> when another follows, <see langword="false"/> at the end of the list.</summary>
    public bool ContinueWith(byte end)
    {
        byte next = PeekRefilling();
        if (next == ',')
        {
            _at++;
            return true;
        }

        Expect(end);
        return false;
    }

    /// <summary>The first byte of the next token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Peek()
    {
        byte next = _buffer[_at];
        return next > ' ' ? next : PeekBehindSpace();
    }

    private byte PeekBehindSpace()
    {
        byte next;
        while ((next = _buffer[_at]) is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _at++;
        }

        return _at < _end ? next : throw new EndOfStreamException();
    }

    public bool TryConsume(byte expected)
    {
        if (PeekRefilling() != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(byte expected)
    {
        if (Peek() != expected)
        {
            throw Unexpected($"'{(char)expected}'");
        }

        _at++;
    }

    /// <summary>Next element of an array or object inside a record; <paramref name="isFirst"/> is kept by the caller.</summary>
    public bool Next(ref bool isFirst, byte end)
    {
        byte next = Peek();
        if (next == end)
        {
            _at++;
            return false;
        }

        if (!isFirst)
        {
            Expect((byte)',');
        }

        isFirst = false;
        return true;
    }

    /// <summary>A key and its colon; the bytes are those in the file, escapes and all (no known key needs one).</summary>
    public ReadOnlySpan<byte> Key()
    {
        if (Peek() != '"')
        {
            throw Unexpected("'\"'");
        }

        // Keys are short: a plain loop beats a vectorized search.
        byte[] buffer = _buffer;
        int start = _at + 1, at = start;
        while (at < buffer.Length && buffer[at] is >= (byte)' ' and < 128 and not ((byte)'"' or (byte)'\\'))
        {
            at++;
        }

        ReadOnlySpan<byte> key;
        if (at < _end && buffer[at] == '"')
        {
            key = buffer.AsSpan(start, at - start);
            _at = at + 1;
        }
        else
        {
            key = RawText(out _);
        }

        Expect((byte)':');
        return key;
    }

    /// <summary>The bytes between the quotes: valid UTF-8 whose escapes are those of JSON.</summary>
    public ReadOnlySpan<byte> RawText(out bool hasEscapes)
    {
        Expect((byte)'"');
        int start = _at;
        hasEscapes = false;
        while (true)
        {
            int stop = _buffer.AsSpan(_at, _end - _at).IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
            {
                throw new EndOfStreamException();
            }

            _at += stop;
            if (_buffer[_at] == '"')
            {
                ReadOnlySpan<byte> text = _buffer.AsSpan(start, _at++ - start);
                int control = text.IndexOfAnyInRange((byte)0, (byte)31);
                if (control >= 0)
                {
                    _at = start + control;
                    throw Invalid($"A text holds the control character 0x{text[control]:X2}. The file is damaged, or a line was broken inside a text.");
                }

                return Utf8.IsValid(text) ? text : throw Wrong("invalid_encoding", "A text is not valid UTF-8. Save the file as UTF-8.");
            }

            hasEscapes = true;
            SkipEscape();
        }
    }

    private void SkipEscape()
    {
        int length = _at + 1 < _end && _buffer[_at + 1] == 'u' ? 6 : 2;
        if (_at + length >= _end)
        {
            throw new EndOfStreamException();
        }

        ReadOnlySpan<byte> escape = _buffer.AsSpan(_at + 1, length - 1);
        if (length == 6 ? escape[1..].ContainsAnyExcept("0123456789abcdefABCDEF"u8) : !"\"\\/bfnrt"u8.Contains(escape[0]))
        {
            throw Invalid("A text holds an escape that JSON does not have. The file is damaged.");
        }

        _at += length;
    }

    /// <summary>Only white space may follow the document.</summary>
    public void End()
    {
        while (true)
        {
            while (_at < _end && _buffer[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                _at++;
            }

            if (_at < _end)
            {
                throw Unexpected("the end of the file");
            }

            if (_isFinal)
            {
                return;
            }

            Refill(1 << 16);
        }
    }

    public CocoFormatException Unexpected(string expected)
    {
        byte found = _buffer[_at];
        string shown = _at >= _end ? "the end" : found is > 32 and < 127 ? $"'{(char)found}'" : $"byte 0x{found:X2}";
        return Invalid($"Expected {expected}, found {shown}. The file is not valid JSON (NaN and Infinity are not JSON).");
    }

    public CocoFormatException WrongType(string name, string expected)
    {
        byte found = Peek();
        string shown = found switch
        {
            (byte)'"' => "a text",
            (byte)'{' => "an object",
            (byte)'[' => "a list",
            (byte)'t' or (byte)'f' => "true or false",
            (byte)'n' => "null",
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => "a number",
            _ => "",
        };
        return shown.Length == 0
            ? Unexpected(expected)
            : new CocoFormatException(_file, Where(), "wrong_type", $"{name} must be {expected}, found {shown}.");
    }

    /// <summary>As <see cref="WrongType"/>, but a value that is no JSON at all is told so instead.</summary>
    public CocoFormatException WrongShape(string name, string expected)
    {
        CocoFormatException error = WrongType(name, expected);
        if (error.Code == "wrong_type")
        {
            Skip();
        }

        return error;
    }

    public CocoFormatException Wrong(string code, string problem) => new(_file, Where(), code, problem);

    private string Where()
    {
        string record = Record();
        return record.Length > 0 ? record : Position();
    }

    private CocoFormatException Invalid(string problem)
    {
        string record = Record();
        return new CocoFormatException(_file, record.Length > 0 ? $"{record}, {Position()}" : Position(), "invalid_json", problem);
    }

    private string Position()
    {
        ReadOnlySpan<byte> read = _buffer.AsSpan(0, Math.Min(_at, _end));
        int last = read.LastIndexOf((byte)'\n');
        long lineStart = last < 0 ? _lineStart : _discarded + last + 1;
        return $"line {_lines + read.Count((byte)'\n')}, column {_discarded + _at - lineStart + 1}";
    }

    private byte PeekRefilling()
    {
        while (true)
        {
            while (_at < _end && _buffer[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                _at++;
            }

            if (_at < _end)
            {
                return _buffer[_at];
            }

            if (_isFinal)
            {
                throw Invalid("The file ends in the middle. Export or copy it again.");
            }

            Refill(1 << 16);
        }
    }

    /// <summary>Moves what is left to the front and reads on, until the wanted length or the end of the stream.</summary>
    private void Refill(int wanted)
    {
        int rest = _end - _at;
        ReadOnlySpan<byte> read = _buffer.AsSpan(0, _at);
        int last = read.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            _lineStart = _discarded + last + 1;
            _lines += read.Count((byte)'\n');
        }

        byte[] target = wanted < _buffer.Length ? _buffer : new byte[Math.Max(wanted + 1, 2 * _buffer.Length)];
        _buffer.AsSpan(_at, rest).CopyTo(target);
        _discarded += _at;
        (_buffer, _at, _end) = (target, 0, rest);
        while (_end < _buffer.Length - 1)
        {
            int count = _stream.Read(_buffer, _end, _buffer.Length - 1 - _end);
            if (count == 0)
            {
                _isFinal = true;
                break;
            }

            _end += count;
        }

        // A byte that belongs to no token ends every inner loop without a bounds check of its own.
        _buffer[_end] = 0;
    }
}
