namespace VisionMonitor.Vision.Archives;

/// <summary>One row of a ZIP file's list.</summary>
/// <param name="Name">Its name, as the archive has it.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="Crc">Checksum of the unpacked bytes.</param>
/// <param name="Length">Number of unpacked bytes that it claims.</param>
/// <param name="Start">Where its header begins.</param>
/// <param name="DataStart">Where its packed bytes begin.</param>
/// <param name="PackedLength">Number of packed bytes.</param>
internal sealed record ZipEntry(string Name, int Method, uint Crc, long Length, int Start, int DataStart, int PackedLength)
{
    public bool IsFolder => Name.EndsWith('/');
}
