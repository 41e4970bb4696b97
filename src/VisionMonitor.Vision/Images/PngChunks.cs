using System.Buffers.Binary;
using System.IO.Compression;
using VisionMonitor.Vision.Archives;

namespace VisionMonitor.Vision.Images;

/// <summary>Walks the chunks of a PNG: size, cut end, and text or profiles that inflate to more than they may.</summary>
internal static class PngChunks
{
    public static EncodedSize Read(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        const int headerEnd = 33;
        if (bytes.Length < headerEnd)
        {
            throw EncodedSize.Truncated(ImageFormat.Png);
        }

        if (!bytes[12..16].SequenceEqual("IHDR"u8))
        {
            throw EncodedSize.Corrupt(ImageFormat.Png, "it does not begin with its header chunk");
        }

        if (Crc32.Of(bytes[12..29]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[29..]))
        {
            throw EncodedSize.Corrupt(ImageFormat.Png, "the checksum of its header is wrong");
        }

        EncodedSize size = new(ImageFormat.Png, BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]), bytes.Length);
        return size with { End = FindEnd(bytes, headerEnd, limits) };
    }

    /// <summary>
    /// The byte after the end chunk, or -1 when it is missing: a too large size must be named before a missing end, so the caller
    /// decides the order.
    /// </summary>
    private static int FindEnd(ReadOnlySpan<byte> bytes, int at, ImageLimits limits)
    {
        while (at + 12 <= bytes.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - 12)
            {
                return -1;
            }

            ReadOnlySpan<byte> type = bytes.Slice(at + 4, 4);
            ReadOnlySpan<byte> content = bytes.Slice(at + 8, (int)length);
            at += 12 + (int)length;
            if (type.SequenceEqual("IEND"u8))
            {
                return at;
            }

            if (type.SequenceEqual("zTXt"u8) || type.SequenceEqual("iTXt"u8) || type.SequenceEqual("iCCP"u8))
            {
                RefuseInflation(content, limits.MaxMetadataBytes);
            }
        }

        return -1;
    }

    private static void RefuseInflation(ReadOnlySpan<byte> content, long maxBytes)
    {
        // The compressed stream follows a name, a zero and a method byte; it starts with the zlib header 0x78.
        int start = content.IndexOf((byte)0) + 1;
        int zlib = start > 0 ? content[start..].IndexOf((byte)0x78) : -1;
        if (zlib < 0 || content.Length * 1032L <= maxBytes)
        {
            return;
        }

        using ZLibStream stream = new(new MemoryStream(content[(start + zlib)..].ToArray()), CompressionMode.Decompress);
        byte[] scratch = new byte[64 * 1024];
        long inflated = 0;
        try
        {
            for (int read = stream.Read(scratch); read > 0; read = stream.Read(scratch))
            {
                inflated += read;
                if (inflated > maxBytes)
                {
                    throw new ImageFormatException("metadata_too_large", $"The PNG image carries text or a colour profile of more than {maxBytes / (1024 * 1024)} MiB.");
                }
            }
        }
        catch (InvalidDataException)
        {
            // A damaged text is no reason to refuse the pixels; the codec skips it too.
        }
    }
}
