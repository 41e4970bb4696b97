using System.IO.Compression;
using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Vision.Archives;

/// <summary>
/// A ZIP file of a stranger, unpacked into a folder of its own that goes away with this object. Names, links, sizes and checksums are
/// checked before and while it is unpacked; when it is refused, nothing is left.
/// </summary>
public sealed class ZipArchiveFolder : IDisposable
{
    /// <summary>Below this size a high ratio harms nobody: small files of zeros are common.</summary>
    private const int HarmlessBytes = 1024 * 1024;

    private ZipArchiveFolder(string folder, IReadOnlyList<string> warnings) => (Folder, Warnings) = (folder, warnings);

    /// <summary>Where the files lie.</summary>
    public string Folder { get; }

    /// <summary>Codes of what is unusual but was unpacked: <c>name_collision</c> where names differ by case only.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Unpacks a file.</summary>
    /// <exception cref="ArchiveException">The archive is refused as a whole.</exception>
    public static ZipArchiveFolder Open(string path, ArchiveLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (new FileInfo(path).Length > Math.Min(limits.MaxBytes, Array.MaxLength))
        {
            throw new ArchiveException("archive_too_large", $"The archive is larger than {limits.MaxBytes / (1024 * 1024)} MiB.");
        }

        byte[] zip = File.ReadAllBytes(path);
        List<ZipEntry> entries = ZipDirectory.Read(zip, limits);
        string[] names = Names(entries, out bool hasCollision);
        string folder = Directory.CreateTempSubdirectory("visionmonitor-").FullName;
        try
        {
            long total = 0;
            for (int index = 0; index < entries.Count; index++)
            {
                total += entries[index].IsFolder ? 0 : Unpack(zip, entries[index], Path.Combine(folder, names[index]), limits, total);
            }
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }

        return new(folder, hasCollision ? ["name_collision"] : []);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>Safe names by entry; names that differ by case only get a number, so that no system writes one over the other.</summary>
    private static string[] Names(List<ZipEntry> entries, out bool hasCollision)
    {
        hasCollision = false;
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        string[] names = new string[entries.Count];
        for (int index = 0; index < names.Length; index++)
        {
            string name;
            try
            {
                name = ImageNames.Checked(entries[index].Name, "archive");
            }
            catch (LabelFormatException)
            {
                throw new ArchiveException("unsafe_path", "An entry's name leads out of the archive.");
            }

            for (int number = 2; !entries[index].IsFolder && !taken.Add(name); number++)
            {
                hasCollision = true;
                name = Path.ChangeExtension(entries[index].Name, null) + $"~{number}" + Path.GetExtension(entries[index].Name);
            }

            names[index] = name;
        }

        return names;
    }

    private static long Unpack(byte[] zip, ZipEntry entry, string target, ArchiveLimits limits, long before)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using Stream packed = Packed(zip, entry);
        using FileStream file = new(target, FileMode.CreateNew);
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        uint crc = 0;
        try
        {
            for (int read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
            {
                length += read;
                if (length > HarmlessBytes && length > (long)entry.PackedLength * limits.MaxRatio)
                {
                    throw new ArchiveException("zip_ratio_exceeded", $"An entry grows to more than {limits.MaxRatio} times its size.");
                }

                if (before + length > limits.MaxBytes)
                {
                    throw new ArchiveException("archive_too_large", $"The archive unpacks to more than {limits.MaxBytes / (1024 * 1024)} MiB.");
                }

                crc = Crc32.Of(buffer.AsSpan(0, read), crc);
                file.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw ZipDirectory.Corrupt("an entry cannot be unpacked");
        }

        return length == entry.Length && crc == entry.Crc ? length : throw ZipDirectory.Corrupt("an entry's size or checksum is wrong");
    }

    private static Stream Packed(byte[] zip, ZipEntry entry)
    {
        MemoryStream stored = new(zip, entry.DataStart, entry.PackedLength, writable: false);
        return entry.Method switch
        {
            0 => stored,
            8 => new DeflateStream(stored, CompressionMode.Decompress),
            _ => throw ZipDirectory.Corrupt("an entry is packed in a way that is not read"),
        };
    }
}
