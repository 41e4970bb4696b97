using System.Buffers.Binary;

namespace VisionMonitor.Vision.Images;

/// <summary>
/// Reads format and size from the first bytes without a codec, so that an image bomb is refused before any library is asked to
/// believe it, and a cut file is told from a damaged one.
/// </summary>
/// <param name="Format">The encoding.</param>
/// <param name="Width">Stored width; GIF: of the logical screen.</param>
/// <param name="Height">Stored height.</param>
/// <param name="End">Where the image ends, when its structure says so; otherwise the file's length.</param>
internal readonly record struct EncodedSize(ImageFormat Format, long Width, long Height, int End)
{
    public static EncodedSize Read(ReadOnlySpan<byte> bytes, ImageLimits limits) => bytes switch
    {
        [] => throw new ImageFormatException("empty_file", "The file is empty."),
        [0xFF, 0xD8, 0xFF, ..] => ReadJpeg(bytes),
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, ..] => PngChunks.Read(bytes, limits),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ReadWebP(bytes),
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ReadGif(bytes),
        [(byte)'B', (byte)'M', ..] => ReadBmp(bytes),
        _ => throw Unknown(bytes),
    };

    public static ImageFormatException Truncated(ImageFormat format) =>
        new("truncated_image", $"The {format} image is cut short: its end is missing.");

    public static ImageFormatException Corrupt(ImageFormat format, string reason) =>
        new("corrupt_image", $"The {format} image is damaged: {reason}.");

    private static ImageFormatException Unknown(ReadOnlySpan<byte> bytes)
    {
        string? known = bytes switch
        {
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "TIFF",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "PDF",
            [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "Photoshop",
            [0, 0, 1, 0, ..] => "icon",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "HEIF or AVIF",
            _ when bytes[..Math.Min(bytes.Length, 1024)].IndexOf("<svg"u8) >= 0 => "SVG",
            _ => null,
        };
        return known is null
            ? new("unrecognised_format", "The bytes are not an image: expected JPEG, PNG, WebP, GIF or BMP.")
            : new("unsupported_format", $"{known} is not read: convert it to JPEG, PNG, WebP, GIF or BMP.");
    }

    /// <summary>Walks the marker segments up to the frame header (SOF), which holds the size.</summary>
    private static EncodedSize ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        int at = 2;
        while (true)
        {
            if (at + 4 > bytes.Length)
            {
                // Noise behind a JPEG's first bytes claims a long APP0 that is not JFIF's; a cut file still has its name.
                bool isNoise = bytes[3] == 0xE0 && bytes.Length >= 10 && !(bytes[6..10].SequenceEqual("JFIF"u8) || bytes[6..10].SequenceEqual("JFXX"u8));
                throw isNoise ? Corrupt(ImageFormat.Jpeg, "its segments do not add up") : Truncated(ImageFormat.Jpeg);
            }

            if (bytes[at] != 0xFF)
            {
                throw Corrupt(ImageFormat.Jpeg, $"a marker was expected at byte {at}");
            }

            byte marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            bool isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            if (isFrame)
            {
                return at + 9 > bytes.Length
                    ? throw Truncated(ImageFormat.Jpeg)
                    : new(ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]), bytes.Length);
            }

            // Tables, restart interval, application data and comments are all that may come before the frame header.
            if (marker is not (0xC4 or 0xCC or 0xDB or 0xDD or 0xDE or (>= 0xE0 and <= 0xEF) or 0xFE) || length < 2)
            {
                throw Corrupt(ImageFormat.Jpeg, "it has no frame header");
            }

            at += 2 + length;
        }
    }

    private static EncodedSize ReadWebP(ReadOnlySpan<byte> bytes)
    {
        long end = 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (bytes.Length < 30 || end > bytes.Length + 1)
        {
            throw Truncated(ImageFormat.WebP);
        }

        int stop = (int)Math.Min(end, bytes.Length);
        return bytes[12..16] switch
        {
            [(byte)'V', (byte)'P', (byte)'8', (byte)'X'] => new(ImageFormat.WebP, 1 + Little24(bytes[24..]), 1 + Little24(bytes[27..]), stop),
            [(byte)'V', (byte)'P', (byte)'8', (byte)'L'] => Lossless(BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]), stop),
            [(byte)'V', (byte)'P', (byte)'8', (byte)' '] => new(
                ImageFormat.WebP,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF,
                stop),
            _ => throw Corrupt(ImageFormat.WebP, "its first chunk is not VP8, VP8L or VP8X"),
        };

        static EncodedSize Lossless(uint bits, int stop) => new(ImageFormat.WebP, 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF), stop);
    }

    private static EncodedSize ReadGif(ReadOnlySpan<byte> bytes) => bytes.Length < 13
        ? throw Truncated(ImageFormat.Gif)
        : new(ImageFormat.Gif, BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]), bytes.Length);

    private static EncodedSize ReadBmp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 26)
        {
            throw Truncated(ImageFormat.Bmp);
        }

        bool isCore = BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]) == 12;
        long width = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]) : BinaryPrimitives.ReadInt32LittleEndian(bytes[18..]);

        // A negative height means that the rows run from top to bottom.
        long height = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]) : Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]));
        return new(ImageFormat.Bmp, width, height, bytes.Length);
    }

    private static int Little24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
