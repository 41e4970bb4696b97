namespace VisionMonitor.Vision.Archives;

/// <summary>The checksum of PNG and ZIP.</summary>
internal static class Crc32
{
    private static readonly uint[] _table = CreateTable();

    /// <summary>The checksum of bytes; or, with the checksum of what came before, of both together.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        foreach (byte value in bytes)
        {
            crc = _table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] CreateTable()
    {
        uint[] table = new uint[256];
        for (uint index = 0; index < table.Length; index++)
        {
            uint value = index;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : 0xEDB88320u ^ (value >> 1);
            }

            table[index] = value;
        }

        return table;
    }
}
