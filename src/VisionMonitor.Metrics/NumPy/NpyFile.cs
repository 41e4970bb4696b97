using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VisionMonitor.Metrics.NumPy;

/// <summary>A numeric array in NumPy's .npy format, versions 1 to 3.</summary>
public sealed partial class NpyFile
{
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly bool _isBigEndian;
    private readonly bool _isColumnMajor;

    private NpyFile(byte[] bytes, int start, char kind, int width, bool isBigEndian, bool isColumnMajor, int[] shape, int count)
    {
        (_bytes, _start, Kind, ItemLength, _isBigEndian, _isColumnMajor) = (bytes, start, kind, width, isBigEndian, isColumnMajor);
        (Shape, Count) = (shape, count);
    }

    /// <summary>Lengths of the dimensions; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many numbers.</summary>
    public int Count { get; }

    /// <summary>f for floating point, i for signed, u for unsigned, b for truth values.</summary>
    public char Kind { get; }

    /// <summary>Bytes of a number.</summary>
    public int ItemLength { get; }

    /// <summary>Reads a file's bytes; they are kept, not copied.</summary>
    /// <exception cref="InvalidDataException">No .npy, cut off, or of a type that is no plain number.</exception>
    public static NpyFile Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException("it is no .npy file (np.save writes one)");
        }

        int version = bytes[6];
        (long length, int start) = version switch
        {
            1 => (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)), 10),
            2 or 3 when bytes.Length >= 12 => (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)), 12),
            _ => throw new InvalidDataException($"it has the unknown .npy version {version}"),
        };
        if (length > bytes.Length - start)
        {
            throw new InvalidDataException("its header is cut off");
        }

        string header = (version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes, start, (int)length);
        Match type = TypePattern().Match(header), shape = ShapePattern().Match(header), order = OrderPattern().Match(header);
        if (!type.Success || !shape.Success || !order.Success)
        {
            throw new InvalidDataException($"its header names no plain numeric type: {header.Trim()}");
        }

        char kind = type.Groups["kind"].Value[0];
        int width = int.Parse(type.Groups["width"].ValueSpan, CultureInfo.InvariantCulture);
        if ((kind, width) is not (('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1)))
        {
            throw new InvalidDataException($"numbers of type {kind}{width} are not supported; save as f4, f8, i4 or i8");
        }

        (int[] lengths, int count) = ParseShape(shape.Groups["shape"].Value);
        if ((long)count * width > bytes.Length - start - length)
        {
            throw new InvalidDataException($"it is cut off: {count} numbers are announced");
        }

        return new NpyFile(bytes, start + (int)length, kind, width, type.Groups["order"].Value == ">", order.Groups["order"].Value == "True", lengths, count);
    }

    /// <summary>All numbers as float64, row-major.</summary>
    public double[] ToDoubles()
    {
        double[] values = new double[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Kind switch
            {
                'f' => Real(Item(i)),
                'u' when ItemLength == 8 => (ulong)Whole(Item(i)),
                _ => Whole(Item(i)),
            };
        }

        return values;
    }

    /// <summary>All numbers as float32, row-major; float64 and whole numbers are rounded.</summary>
    public float[] ToSingles()
    {
        if (Kind == 'f' && ItemLength == 4 && !_isBigEndian && !_isColumnMajor && BitConverter.IsLittleEndian)
        {
            float[] copied = new float[Count];
            Buffer.BlockCopy(_bytes, _start, copied, 0, Count * sizeof(float));
            return copied;
        }

        float[] values = new float[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Kind == 'f' ? Real(Item(i)) : Whole(Item(i)));
        }

        return values;
    }

    /// <summary>All numbers as whole numbers, row-major.</summary>
    /// <exception cref="InvalidDataException">A floating-point number is not whole.</exception>
    public long[] ToIntegers()
    {
        long[] values = new long[Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (Kind != 'f')
            {
                values[i] = Whole(Item(i));
                continue;
            }

            double real = Real(Item(i));
            values[i] = Math.Floor(real) == real && Math.Abs(real) < 1L << 53 ? (long)real : throw new InvalidDataException($"number {i} is {real.ToString(CultureInfo.InvariantCulture)}, not a whole number");
        }

        return values;
    }

    private static (int[] Lengths, int Count) ParseShape(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] lengths = new int[parts.Length];
        long count = 1;
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out lengths[i]) || (count *= lengths[i]) > int.MaxValue)
            {
                throw new InvalidDataException($"its shape ({text}) is too large or no shape");
            }
        }

        return (lengths, (int)count);
    }

    private ReadOnlySpan<byte> Item(int index) => _bytes.AsSpan(_start + (Place(index) * ItemLength), ItemLength);

    /// <summary>Where a row-major index lies in the file.</summary>
    private int Place(int index)
    {
        if (!_isColumnMajor)
        {
            return index;
        }

        int place = 0, rest = index;
        int stride = Count;
        for (int d = Shape.Count - 1; d >= 0; d--)
        {
            stride /= Shape[d];
            place += rest % Shape[d] * stride;
            rest /= Shape[d];
        }

        return place;
    }

    private double Real(ReadOnlySpan<byte> item) => (ItemLength, _isBigEndian) switch
    {
        (2, false) => (double)BinaryPrimitives.ReadHalfLittleEndian(item),
        (2, true) => (double)BinaryPrimitives.ReadHalfBigEndian(item),
        (4, false) => BinaryPrimitives.ReadSingleLittleEndian(item),
        (4, true) => BinaryPrimitives.ReadSingleBigEndian(item),
        (_, false) => BinaryPrimitives.ReadDoubleLittleEndian(item),
        _ => BinaryPrimitives.ReadDoubleBigEndian(item),
    };

    private long Whole(ReadOnlySpan<byte> item) => (Kind, ItemLength, _isBigEndian) switch
    {
        ('i', 1, _) => (sbyte)item[0],
        (_, 1, _) => item[0],
        ('i', 2, false) => BinaryPrimitives.ReadInt16LittleEndian(item),
        ('i', 2, true) => BinaryPrimitives.ReadInt16BigEndian(item),
        (_, 2, false) => BinaryPrimitives.ReadUInt16LittleEndian(item),
        (_, 2, true) => BinaryPrimitives.ReadUInt16BigEndian(item),
        ('i', 4, false) => BinaryPrimitives.ReadInt32LittleEndian(item),
        ('i', 4, true) => BinaryPrimitives.ReadInt32BigEndian(item),
        (_, 4, false) => BinaryPrimitives.ReadUInt32LittleEndian(item),
        (_, 4, true) => BinaryPrimitives.ReadUInt32BigEndian(item),
        (_, _, false) => BinaryPrimitives.ReadInt64LittleEndian(item),
        _ => BinaryPrimitives.ReadInt64BigEndian(item),
    };

    [GeneratedRegex("'descr'\\s*:\\s*'(?<order>[<>|=])(?<kind>[a-zA-Z])(?<width>\\d{1,3})'", RegexOptions.CultureInvariant)]
    private static partial Regex TypePattern();

    [GeneratedRegex("'shape'\\s*:\\s*\\((?<shape>[^)]*)\\)", RegexOptions.CultureInvariant)]
    private static partial Regex ShapePattern();

    [GeneratedRegex("'fortran_order'\\s*:\\s*(?<order>True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex OrderPattern();
}
