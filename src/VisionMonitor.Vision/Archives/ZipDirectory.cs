using System.Buffers.Binary;
using System.Text;

namespace VisionMonitor.Vision.Archives;

/// <summary>
/// Reads the list of a ZIP file and refuses what a list may lie about: .NET's own reader follows entries that overlap (20 GB out of
/// 0.3 MB), ignores the flag of encryption and cuts an entry whose size is wrong without a word.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int EntryLength = 46;
    private const int LocalLength = 30;

    public static List<ZipEntry> Read(ReadOnlySpan<byte> zip, ArchiveLimits limits)
    {
        int end = FindEnd(zip);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(zip[(end + 10)..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(zip[(end + 16)..]);
        if (count > limits.MaxEntries)
        {
            throw new ArchiveException("too_many_entries", $"The archive has {count} entries; at most {limits.MaxEntries} are read.");
        }

        List<ZipEntry> entries = [];
        int at = start <= end ? (int)start : throw Corrupt("its list lies outside of it");
        for (int index = 0; index < count; index++)
        {
            entries.Add(ReadEntry(zip, ref at));
        }

        RefuseOverlap(entries, (int)start);
        return entries;
    }

    public static ArchiveException Corrupt(string reason) => new("corrupt_archive", $"The archive is damaged: {reason}.");

    private static int FindEnd(ReadOnlySpan<byte> zip)
    {
        for (int at = zip.Length - EndLength; at >= Math.Max(0, zip.Length - EndLength - ushort.MaxValue); at--)
        {
            if (zip[at..].StartsWith("PK\x05\x06"u8))
            {
                return at;
            }
        }

        throw Corrupt("it has no list of its entries");
    }

    private static ZipEntry ReadEntry(ReadOnlySpan<byte> zip, ref int at)
    {
        if (at + EntryLength > zip.Length || !zip[at..].StartsWith("PK\x01\x02"u8))
        {
            throw Corrupt("its list is cut short");
        }

        ReadOnlySpan<byte> row = zip[at..];
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(row[28..]);
        int rest = BinaryPrimitives.ReadUInt16LittleEndian(row[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(row[32..]);
        if (EntryLength + nameLength + rest > row.Length)
        {
            throw Corrupt("a name is cut short");
        }

        string name = Encoding.UTF8.GetString(row.Slice(EntryLength, nameLength));
        if ((row[8] & 1) != 0)
        {
            throw new ArchiveException("encrypted_archive", "The archive is encrypted.");
        }

        // The upper half of the attributes is the Unix mode where a Unix tool made the entry; 0xA000 is a link.
        if ((BinaryPrimitives.ReadUInt32LittleEndian(row[38..]) >> 16 & 0xF000) == 0xA000)
        {
            throw new ArchiveException("symlink_forbidden", "The archive holds a link to another file.");
        }

        long local = BinaryPrimitives.ReadUInt32LittleEndian(row[42..]);
        if (local + LocalLength > zip.Length || !zip[(int)local..].StartsWith("PK\x03\x04"u8))
        {
            throw Corrupt("an entry is not where its list says");
        }

        ReadOnlySpan<byte> header = zip[(int)local..];
        long data = local + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(row[20..]);
        if (data + packed > zip.Length)
        {
            throw Corrupt("an entry is cut short");
        }

        at += EntryLength + nameLength + rest;
        return new(
            name,
            BinaryPrimitives.ReadUInt16LittleEndian(row[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(row[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(row[24..]),
            (int)local,
            (int)data,
            (int)packed);
    }

    private static void RefuseOverlap(List<ZipEntry> entries, int listStart)
    {
        int end = 0;
        foreach (ZipEntry entry in entries.OrderBy(entry => entry.Start))
        {
            if (entry.Start < end)
            {
                throw Corrupt("entries overlap");
            }

            end = entry.DataStart + entry.PackedLength;
        }

        if (end > listStart)
        {
            throw Corrupt("entries overlap its list");
        }
    }
}
