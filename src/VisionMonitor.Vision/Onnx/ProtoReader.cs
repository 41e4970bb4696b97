using System.Buffers.Binary;

namespace VisionMonitor.Vision.Onnx;

/// <summary>Walks the fields of one protobuf message without copying; throws <see cref="InvalidDataException"/> where the bytes end early.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;
    private int _start;

    /// <summary>The number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The current field's value, where it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The current field's bytes, where it is text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The current field with its key, as it stands in the message.</summary>
    public readonly ReadOnlySpan<byte> Whole => _bytes[_start.._at];

    /// <summary>The current field's bytes as text.</summary>
    public readonly string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    public bool Read()
    {
        if (_at == _bytes.Length)
        {
            return false;
        }

        _start = _at;
        ulong key = Varint();
        Field = (int)(key >> 3);
        Number = 0;
        Bytes = default;
        if (Field is <= 0 or > 536_870_911)
        {
            throw new InvalidDataException("a field has no number");
        }

        switch (key & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException("a field has an unknown kind");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - _at))
        {
            throw new InvalidDataException("the file ends inside a field");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number does not end");
    }
}
