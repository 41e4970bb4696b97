using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// What is kept of the images of one hour, camera and predicted class: how many, and sums and histograms of their features. Sketches add up, in any order and
/// to the same bits, because sums are whole numbers; those whose embeddings are not comparable refuse to.
/// </summary>
public sealed class DriftSketch
{
    /// <summary>Steps in which properties and confidence are counted between 0 and 1.</summary>
    public const int BinCount = 16;

    private const byte FormatVersion = 1;
    private const double Scale = 1 << 20;
    private readonly DriftLayout _layout;
    private readonly ulong _fingerprint;
    private readonly long[] _sums;
    private readonly long[] _squares;
    private readonly long[] _bins;

    /// <summary>An empty sketch.</summary>
    /// <param name="layout">Of the rows that will be added.</param>
    /// <param name="fingerprint">Names what the embeddings depend on: model, weights, preprocessing, pooling.</param>
    public DriftSketch(DriftLayout layout, string fingerprint)
        : this(layout, BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint))))
    {
    }

    private DriftSketch(DriftLayout layout, ulong fingerprint)
    {
        (_layout, _fingerprint) = (layout, fingerprint);
        (_sums, _squares, _bins) = (new long[layout.RowLength], new long[layout.ComponentCount], new long[(layout.PropertyCount + 1) * BinCount]);
    }

    /// <summary>Images.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an image.</summary>
    /// <param name="row">See <see cref="DriftFeatures.Rows"/>; finite.</param>
    public void Add(ReadOnlySpan<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, _sums.Length, nameof(row));
        Count++;
        for (int j = 0; j < row.Length; j++)
        {
            _sums[j] += Whole(row[j]);
        }

        ReadOnlySpan<float> scores = row[_layout.Of(DriftChannel.Direction)], counted = row[^(_layout.PropertyCount + 1)..];
        for (int j = 0; j < scores.Length; j++)
        {
            _squares[j] += Whole((double)scores[j] * scores[j]);
        }

        for (int j = 0; j < counted.Length; j++)
        {
            _bins[(j * BinCount) + Math.Clamp((int)(counted[j] * BinCount), 0, BinCount - 1)]++;
        }
    }

    /// <summary>Adds the images of another sketch.</summary>
    /// <exception cref="ArgumentException">Its embeddings are not comparable: another fingerprint or layout.</exception>
    public void Merge(DriftSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._fingerprint != _fingerprint || other._layout != _layout)
        {
            throw new ArgumentException("Sketches of embeddings with different fingerprints never mix.", nameof(other));
        }

        Count += other.Count;
        Add(_sums, other._sums);
        Add(_squares, other._squares);
        Add(_bins, other._bins);
    }

    /// <summary>Whether the sketch was made of embeddings with this fingerprint, in this layout.</summary>
    public bool IsOf(DriftLayout layout, string fingerprint) => new DriftSketch(layout, fingerprint) is var named && named._fingerprint == _fingerprint && layout == _layout;

    /// <summary>Adds the sum of the images' rows to a target.</summary>
    public void AddSum(Span<double> target)
    {
        for (int j = 0; j < _sums.Length; j++)
        {
            target[j] += _sums[j] / Scale;
        }
    }

    /// <summary>Mean square of each component's scores; 0 without images.</summary>
    public double[] MeanSquares() => Array.ConvertAll(_squares, square => Count == 0 ? 0 : square / Scale / Count);

    /// <summary>How many images lie in each of <see cref="BinCount"/> steps.</summary>
    /// <param name="property">Index of an image property; the number of properties for the confidence.</param>
    public ReadOnlySpan<long> Histogram(int property) => _bins.AsSpan(property * BinCount, BinCount);

    /// <summary>The stored form: a version byte, the fingerprint, the layout, then all whole numbers in as few bytes as they need.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(FormatVersion);
        writer.Write(_fingerprint);
        foreach (int part in (int[])[_layout.FeatureCount, _layout.ComponentCount, _layout.PropertyCount])
        {
            writer.Write7BitEncodedInt(part);
        }

        writer.Write7BitEncodedInt64(Count);
        foreach (long[] part in (long[][])[_sums, _squares, _bins])
        {
            foreach (long value in part)
            {
                // Zigzag: small numbers of either sign become small.
                writer.Write7BitEncodedInt64((value << 1) ^ (value >> 63));
            }
        }

        return stream.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="InvalidDataException">It is of another version, or cut off.</exception>
    public static DriftSketch FromBytes(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        try
        {
            if (reader.ReadByte() is var version && version != FormatVersion)
            {
                throw new InvalidDataException($"A drift sketch of format {version} cannot be read; {FormatVersion} is known.");
            }

            ulong fingerprint = reader.ReadUInt64();
            DriftSketch sketch = new(new DriftLayout(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt()), fingerprint) { Count = reader.Read7BitEncodedInt64() };
            foreach (long[] part in (long[][])[sketch._sums, sketch._squares, sketch._bins])
            {
                for (int j = 0; j < part.Length; j++)
                {
                    long value = reader.Read7BitEncodedInt64();
                    part[j] = (long)((ulong)value >> 1) ^ -(value & 1);
                }
            }

            return sketch;
        }
        catch (Exception failure) when (failure is EndOfStreamException or FormatException or OverflowException)
        {
            throw new InvalidDataException("The drift sketch is cut off or damaged.", failure);
        }
    }

    private static long Whole(double value) => (long)Math.Round(Math.Clamp(value, -1e9, 1e9) * Scale);

    private static void Add(long[] target, long[] other)
    {
        for (int j = 0; j < target.Length; j++)
        {
            target[j] += other[j];
        }
    }
}
