using System.Buffers.Binary;

namespace VisionMonitor.Metrics;

/// <summary>Writes evidence: variable-length integers and float64, behind a version byte.</summary>
internal sealed class EvidenceWriter
{
    private readonly List<byte> _bytes = new(64);

    public EvidenceWriter(byte version) => _bytes.Add(version);

    public void Number(long value)
    {
        ulong rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            _bytes.Add((byte)(rest | 0x80));
        }

        _bytes.Add((byte)rest);
    }

    public void Real(double value)
    {
        Span<byte> buffer = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(buffer, value);
        _bytes.AddRange(buffer);
    }

    public byte[] ToArray() => [.. _bytes];
}
