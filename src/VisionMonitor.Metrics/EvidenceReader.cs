using System.Buffers.Binary;

namespace VisionMonitor.Metrics;

/// <summary>Reads what <see cref="EvidenceWriter"/> wrote; a cut, foreign or damaged row is refused, never guessed.</summary>
internal ref struct EvidenceReader
{
    private readonly string _kind;
    private ReadOnlySpan<byte> _rest;

    public EvidenceReader(ReadOnlySpan<byte> bytes, byte version, string kind)
    {
        _kind = kind;
        if (bytes.IsEmpty || bytes[0] != version)
        {
            throw new InvalidDataException($"These are not bytes of {kind} evidence, version {version}.");
        }

        _rest = bytes[1..];
    }

    public long Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value <= long.MaxValue ? (long)value : throw Damaged();
            }
        }

        throw Damaged();
    }

    /// <summary>A count of entries that each take at least one byte, so a damaged length cannot allocate more than the row holds.</summary>
    public int Count()
    {
        long value = Number();
        return value <= _rest.Length ? (int)value : throw Damaged();
    }

    public int Index()
    {
        long value = Number();
        return value <= int.MaxValue ? (int)value : throw Damaged();
    }

    public double Real() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw Damaged();
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            throw Damaged();
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private readonly InvalidDataException Damaged() => new($"The stored {_kind} evidence is damaged: compare the image again.");
}
