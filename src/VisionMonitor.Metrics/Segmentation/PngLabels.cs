using System.Buffers.Binary;
using System.IO.Compression;

namespace VisionMonitor.Metrics.Segmentation;

/// <summary>
/// Reads the samples of a PNG as they are stored: label and panoptic maps need every bit (16-bit grey, palette indices), and an
/// image codec would scale, convert or colour-manage them.
/// </summary>
public sealed class PngLabels
{
    private const int PixelLimit = 1 << 28;
    private readonly byte[] _samples;

    private PngLabels(int width, int height, int channels, int bitDepth, byte[] samples) => (Width, Height, Channels, BitDepth, _samples) = (width, height, channels, bitDepth, samples);

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 for grey and palette, 2 with alpha, 3 for RGB, 4 with alpha.</summary>
    public int Channels { get; }

    /// <summary>Bits per sample: 1, 2, 4, 8 or 16.</summary>
    public int BitDepth { get; }

    /// <summary>Reads a PNG.</summary>
    /// <exception cref="InvalidDataException">The bytes are no PNG, are cut off or damaged, or are interlaced.</exception>
    public static PngLabels Read(ReadOnlySpan<byte> png)
    {
        if (png.Length < 33 || !png[..8].SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) || !png[12..16].SequenceEqual("IHDR"u8))
        {
            throw new InvalidDataException("it is no PNG");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(png[16..]), height = BinaryPrimitives.ReadUInt32BigEndian(png[20..]);
        int bitDepth = png[24];
        int channels = png[25] switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => throw new InvalidDataException($"it has the unknown colour type {png[25]}") };
        if (width == 0 || height == 0 || (ulong)width * height > PixelLimit)
        {
            throw new InvalidDataException($"it claims {width} × {height} pixels");
        }

        if (bitDepth is not (1 or 2 or 4 or 8 or 16) || (bitDepth < 8 && channels > 1))
        {
            throw new InvalidDataException($"it has {bitDepth} bits per sample");
        }

        if (png[28] != 0)
        {
            throw new InvalidDataException("it is interlaced, which no label tool writes; save it again without");
        }

        using MemoryStream compressed = Data(png);
        return new PngLabels((int)width, (int)height, channels, bitDepth, Inflate(compressed, (int)width, (int)height, channels, bitDepth));
    }

    /// <summary>The samples as labels.</summary>
    /// <exception cref="InvalidDataException">The picture has colours, so it is no label map.</exception>
    public LabelMap ToLabelMap()
    {
        if (Channels != 1)
        {
            throw new InvalidDataException($"it has {Channels} channels; a label map has one (grey or palette)");
        }

        if (BitDepth == 8)
        {
            return new LabelMap(Width, Height, _samples);
        }

        if (BitDepth == 16)
        {
            ushort[] wide = new ushort[Width * Height];
            for (int i = 0; i < wide.Length; i++)
            {
                wide[i] = BinaryPrimitives.ReadUInt16BigEndian(_samples.AsSpan(2 * i));
            }

            return new LabelMap(Width, Height, wide);
        }

        byte[] labels = new byte[Width * Height];
        int stride = ((Width * BitDepth) + 7) / 8, mask = (1 << BitDepth) - 1;
        for (int i = 0; i < labels.Length; i++)
        {
            int bit = i % Width * BitDepth;
            labels[i] = (byte)((_samples[(i / Width * stride) + (bit / 8)] >> (8 - BitDepth - (bit % 8))) & mask);
        }

        return new LabelMap(Width, Height, labels);
    }

    /// <summary>Panoptic ids, R + 256·G + 65536·B; a grey picture gives its samples.</summary>
    /// <exception cref="InvalidDataException">The samples have other than 8 bits.</exception>
    public int[] ToPanopticIds()
    {
        if (BitDepth != 8)
        {
            throw new InvalidDataException($"it has {BitDepth} bits per sample; a panoptic map has 8");
        }

        int[] ids = new int[Width * Height];
        for (int i = 0; i < ids.Length; i++)
        {
            ReadOnlySpan<byte> pixel = _samples.AsSpan(i * Channels, Channels);
            ids[i] = Channels >= 3 ? pixel[0] | (pixel[1] << 8) | (pixel[2] << 16) : pixel[0];
        }

        return ids;
    }

    private static MemoryStream Data(ReadOnlySpan<byte> png)
    {
        var data = new MemoryStream(png.Length);
        for (int at = 8; at + 12 <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12)
            {
                break;
            }

            ReadOnlySpan<byte> type = png.Slice(at + 4, 4);
            if (type.SequenceEqual("IDAT"u8))
            {
                data.Write(png.Slice(at + 8, (int)length));
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                data.Position = 0;
                return data;
            }

            at += 12 + (int)length;
        }

        data.Dispose();
        throw new InvalidDataException("it is cut off");
    }

    private static byte[] Inflate(MemoryStream compressed, int width, int height, int channels, int bitDepth)
    {
        int stride = (int)((((long)width * channels * bitDepth) + 7) / 8), step = Math.Max(1, channels * bitDepth / 8);

        // Deflate packs at most 1032 : 1, so a size that the file cannot fill is refused before memory is taken for it.
        if ((long)stride * height > (compressed.Length + 1) * 1032L)
        {
            throw new InvalidDataException("it holds less than the pixels that it claims");
        }

        byte[] samples = new byte[(long)stride * height], filtered = new byte[stride + 1], above = new byte[stride];
        using var stream = new ZLibStream(compressed, CompressionMode.Decompress);
        try
        {
            for (int y = 0; y < height; y++)
            {
                stream.ReadExactly(filtered);
                Span<byte> row = samples.AsSpan(y * stride, stride);
                Unfilter(filtered[0], filtered.AsSpan(1), y == 0 ? above : samples.AsSpan((y - 1) * stride, stride), row, step);
            }
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("it is cut off");
        }

        return samples;
    }

    private static void Unfilter(byte filter, ReadOnlySpan<byte> from, ReadOnlySpan<byte> above, Span<byte> row, int step)
    {
        switch (filter)
        {
            case 0:
                from.CopyTo(row);
                break;
            case 1:
                from[..Math.Min(step, from.Length)].CopyTo(row);
                for (int i = step; i < row.Length; i++)
                {
                    row[i] = (byte)(from[i] + row[i - step]);
                }

                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = (byte)(from[i] + above[i]);
                }

                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = (byte)(from[i] + (((i < step ? 0 : row[i - step]) + above[i]) >> 1));
                }

                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = (byte)(from[i] + (i < step ? above[i] : Paeth(row[i - step], above[i], above[i - step])));
                }

                break;
            default:
                throw new InvalidDataException($"it has the unknown row filter {filter}");
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - (2 * corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
