using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Segmentation;

/// <summary>
/// Reads the samples of a PNG as they are stored: label and panoptic maps need every bit (16-bit grey, palette indices), and an
/// image codec would scale, convert or colour-manage them. Disposing gives the memory back for the next map; what was made of it before, a
/// <see cref="LabelMap"/>, is then no longer valid.
/// </summary>
public sealed class PngLabels : IDisposable
{
    private const int PixelLimit = 1 << 28;
    private readonly int _length;
    private byte[] _samples;

    private PngLabels(int width, int height, int channels, int bitDepth, byte[] samples, int length) => (Width, Height, Channels, BitDepth, _samples, _length) = (width, height, channels, bitDepth, samples, length);

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
        return Inflate(compressed, (int)width, (int)height, channels, bitDepth);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] samples = Interlocked.Exchange(ref _samples, []);
        if (samples.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(samples);
        }
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
            return new LabelMap(Width, Height, _samples.AsMemory(0, _length));
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
        int[] ids = GC.AllocateUninitializedArray<int>(Width * Height);
        CopyPanopticIds(ids);
        return ids;
    }

    /// <summary>As <see cref="ToPanopticIds"/>, into memory of the caller.</summary>
    /// <param name="ids">Width × height, row-major.</param>
    /// <exception cref="ArgumentException">The memory has another length.</exception>
    /// <exception cref="InvalidDataException">The samples have other than 8 bits.</exception>
    public void CopyPanopticIds(Span<int> ids)
    {
        if (ids.Length != Width * Height)
        {
            throw new ArgumentException($"{Width} × {Height} pixels need as many ids, not {ids.Length}.", nameof(ids));
        }

        if (BitDepth != 8)
        {
            throw new InvalidDataException($"it has {BitDepth} bits per sample; a panoptic map has 8");
        }

        ReadOnlySpan<byte> samples = _samples.AsSpan(0, _length);
        if (Channels == 3)
        {
            Join(samples, ids);
            return;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            ReadOnlySpan<byte> pixel = samples.Slice(i * Channels, Channels);
            ids[i] = Channels > 3 ? pixel[0] | (pixel[1] << 8) | (pixel[2] << 16) : pixel[0];
        }
    }

    /// <summary>Three bytes to one number, four numbers at a time.</summary>
    private static void Join(ReadOnlySpan<byte> samples, Span<int> ids)
    {
        // An index beyond the 16 bytes gives 0, which is the highest byte of each number.
        Vector128<byte> order = Vector128.Create(0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        ref byte from = ref MemoryMarshal.GetReference(samples);
        ref int to = ref MemoryMarshal.GetReference(ids);
        int i = 0;

        // Four pixels are 12 of the 16 bytes that are read, so the last five are left over.
        for (; BitConverter.IsLittleEndian && i < ids.Length - 5; i += 4)
        {
            Vector128.Shuffle(Vector128.LoadUnsafe(ref from, (nuint)(3 * i)), order).AsInt32().StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < ids.Length; i++)
        {
            ids[i] = samples[3 * i] | (samples[(3 * i) + 1] << 8) | (samples[(3 * i) + 2] << 16);
        }
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

    private static PngLabels Inflate(MemoryStream compressed, int width, int height, int channels, int bitDepth)
    {
        int stride = (int)((((long)width * channels * bitDepth) + 7) / 8), step = Math.Max(1, channels * bitDepth / 8);

        // Deflate packs at most 1032 : 1, so a size that the file cannot fill is refused before memory is taken for it.
        if ((long)stride * height > (compressed.Length + 1) * 1032L)
        {
            throw new InvalidDataException("it holds less than the pixels that it claims");
        }

        int length = checked(stride * height);
        byte[] samples = ArrayPool<byte>.Shared.Rent(length);
        int rowsAtOnce = Math.Clamp((1 << 16) / (stride + 1), 1, height);
        byte[] filtered = ArrayPool<byte>.Shared.Rent(rowsAtOnce * (stride + 1)), above = new byte[stride];
        using var stream = new ZLibStream(compressed, CompressionMode.Decompress);
        try
        {
            for (int y = 0; y < height; y++)
            {
                int place = y % rowsAtOnce * (stride + 1);
                if (place == 0)
                {
                    stream.ReadExactly(filtered, 0, Math.Min(rowsAtOnce, height - y) * (stride + 1));
                }

                ReadOnlySpan<byte> from = filtered.AsSpan(place, stride + 1);
                RowFilter.Undo(from[0], from[1..], y == 0 ? above : samples.AsSpan((y - 1) * stride, stride), samples.AsSpan(y * stride, stride), step);
            }
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("it is cut off");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(filtered);
        }

        return new PngLabels(width, height, channels, bitDepth, samples, length);
    }
}
