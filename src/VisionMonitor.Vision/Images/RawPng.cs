using System.Buffers.Binary;
using System.IO.Compression;
using VisionMonitor.Vision.Archives;

namespace VisionMonitor.Vision.Images;

/// <summary>
/// A PNG whose pixels are numbers, not colours: palette indices, grey levels up to 65535, or red + 256 green + 65536 blue. Decoders of
/// pictures turn indices into colours; here the palette is not looked at.
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Values">A number per pixel, row-major.</param>
internal sealed record RawPng(int Width, int Height, int[] Values)
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ImageFormatException">It is no PNG of numbers within the limits, or damaged.</exception>
    public static RawPng Read(ReadOnlySpan<byte> bytes, long maxPixels)
    {
        if (!bytes.StartsWith(Signature) || bytes.Length < 33 || !bytes.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            throw new ImageFormatException("unrecognised_format", "The file is not a PNG.");
        }

        ReadOnlySpan<byte> header = bytes.Slice(16, 13);
        (uint width, uint height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        (int depth, int colour) = (header[8], header[9]);
        if (width == 0 || height == 0)
        {
            throw new ImageFormatException("invalid_dimensions", "The picture has no pixels.");
        }

        if ((long)width * height > maxPixels)
        {
            throw new ImageFormatException("image_too_large", $"The picture has {width} × {height} pixels; at most {maxPixels} are read.");
        }

        int channels = (colour, depth) switch
        {
            (0 or 3, 1 or 2 or 4 or 8 or 16) when header[12] == 0 => 1,
            (2, 8) when header[12] == 0 => 3,
            (6, 8) when header[12] == 0 => 4,
            (4, 8) when header[12] == 0 => 2,
            _ => throw new ImageFormatException("unsupported_format", "The PNG is interlaced or has a kind of pixels that no label map has."),
        };
        int rowBytes = checked((int)(((long)width * channels * depth + 7) / 8));
        byte[] rows = Inflate(bytes[33..], (int)height, rowBytes);
        Unfilter(rows, (int)height, rowBytes, Math.Max(1, channels * depth / 8));
        int[] values = new int[(int)width * (int)height];
        for (int y = 0, at = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = rows.AsSpan(y * (rowBytes + 1) + 1, rowBytes);
            for (int x = 0; x < width; x++, at++)
            {
                values[at] = Value(row, x, channels, depth);
            }
        }

        return new((int)width, (int)height, values);
    }

    /// <summary>Grey levels of 8 or 16 bits, or with <paramref name="isColour"/> three bytes per number.</summary>
    public byte[] Write(bool isColour)
    {
        int bytesPerPixel = isColour ? 3 : Values.All(value => value <= byte.MaxValue) ? 1 : 2;
        using MemoryStream rows = new();
        using (ZLibStream packed = new(rows, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] row = new byte[1 + Width * bytesPerPixel];
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    int value = Values[y * Width + x];
                    for (int part = 0; part < bytesPerPixel; part++)
                    {
                        row[1 + x * bytesPerPixel + part] = (byte)(value >> 8 * (isColour ? part : bytesPerPixel - 1 - part));
                    }
                }

                packed.Write(row);
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = ((byte)(bytesPerPixel == 2 ? 16 : 8), (byte)(isColour ? 2 : 0));
        return [.. Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, rows.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static int Value(ReadOnlySpan<byte> row, int x, int channels, int depth) => (channels, depth) switch
    {
        (3 or 4, _) => row[x * channels] | row[x * channels + 1] << 8 | row[x * channels + 2] << 16,
        (2, _) => row[x * 2],
        (_, 16) => row[2 * x] << 8 | row[2 * x + 1],
        (_, 8) => row[x],
        _ => row[x * depth / 8] >> (8 - depth - x * depth % 8) & ((1 << depth) - 1),
    };

    private static byte[] Inflate(ReadOnlySpan<byte> chunks, int height, int rowBytes)
    {
        using MemoryStream packed = new();
        while (chunks.Length >= 12)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunks);
            if (length > chunks.Length - 12)
            {
                throw new ImageFormatException("truncated_image", "The PNG ends inside a part.");
            }

            ReadOnlySpan<byte> kind = chunks.Slice(4, 4);
            if (Crc32.Of(chunks.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(chunks[(8 + (int)length)..]))
            {
                throw new ImageFormatException("corrupt_image", "A part of the PNG has another checksum.");
            }

            if (kind.SequenceEqual("IDAT"u8))
            {
                packed.Write(chunks.Slice(8, (int)length));
            }

            chunks = chunks[(12 + (int)length)..];
        }

        packed.Position = 0;
        byte[] rows = new byte[height * (rowBytes + 1)];
        try
        {
            using ZLibStream unpacked = new(packed, CompressionMode.Decompress);
            unpacked.ReadExactly(rows);
            return rows;
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
        {
            throw new ImageFormatException("truncated_image", "The PNG's pixels end early.");
        }
    }

    /// <summary>Each row says how its bytes were predicted from those to the left and above (PNG specification, section 9).</summary>
    private static void Unfilter(byte[] rows, int height, int rowBytes, int step)
    {
        byte[] zeros = new byte[rowBytes];
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = rows.AsSpan(y * (rowBytes + 1) + 1, rowBytes);
            ReadOnlySpan<byte> above = y == 0 ? zeros : rows.AsSpan((y - 1) * (rowBytes + 1) + 1, rowBytes);
            byte filter = rows[y * (rowBytes + 1)];
            for (int x = 0; x < rowBytes; x++)
            {
                int left = x >= step ? row[x - step] : 0;
                row[x] += filter switch
                {
                    0 => 0,
                    1 => (byte)left,
                    2 => above[x],
                    3 => (byte)((left + above[x]) / 2),
                    4 => Paeth(left, above[x], x >= step ? above[x - step] : 0),
                    _ => throw new ImageFormatException("corrupt_image", "A row of the PNG has an unknown filter."),
                };
            }
        }
    }

    private static byte Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        (int toLeft, int toAbove, int toCorner) = (Math.Abs(guess - left), Math.Abs(guess - above), Math.Abs(guess - corner));
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        byte[] chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        kind.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), Crc32.Of(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }
}
