using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Vision.Images;

/// <summary>
/// Resizes 8-bit RGB in two passes. With an antialiased kernel the picture between them has 8 bits, as in PIL, so that its results are met
/// to the grey level; otherwise it has fractions, as in torch and OpenCV.
/// </summary>
public static class Resampler
{
    private const int Half = 1 << (ResizeTaps.FractionBits - 1);

    /// <summary>Resizes a whole image.</summary>
    /// <param name="image">The image; left as it is.</param>
    /// <param name="width">Wanted width in pixels.</param>
    /// <param name="height">Wanted height in pixels.</param>
    /// <param name="kernel">How pixels are weighed.</param>
    public static DecodedImage Resize(DecodedImage image, int width, int height, ResizeKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(image);
        DecodedImage resized = new(width, height);
        Resize(
            image,
            ResizeTaps.Create(image.Width, width, kernel, 0, width),
            ResizeTaps.Create(image.Height, height, kernel, 0, height),
            resized.Pixels,
            width * 3);
        return resized;
    }

    /// <summary>Resizes into rows that lie <paramref name="rowStride"/> bytes apart; allocates nothing.</summary>
    internal static void Resize(DecodedImage image, ResizeTaps across, ResizeTaps down, Span<byte> target, int rowStride)
    {
        if (!across.IsRoundedBetween)
        {
            ExactResampler.Resize(image, across, down, target, rowStride);
            return;
        }

        int width = across.First.Length;
        int firstRow = down.First[0];
        int rowCount = down.First[^1] + down.Count[^1] - firstRow;
        byte[] narrowed = ArrayPool<byte>.Shared.Rent(rowCount * width * 3);
        int[] wide = ArrayPool<int>.Shared.Rent(image.Width * 4);
        int[] sums = ArrayPool<int>.Shared.Rent(width * 3);
        try
        {
            ReadOnlySpan<byte> rgb = image.Rgb;
            for (int row = 0; row < rowCount; row++)
            {
                NarrowRow(rgb.Slice((firstRow + row) * image.Width * 3, image.Width * 3), across, wide, narrowed.AsSpan(row * width * 3, width * 3));
            }

            for (int row = 0; row < down.First.Length; row++)
            {
                ReadOnlySpan<int> weights = down.Weights.AsSpan(row * down.Stride, down.Count[row]);
                ReadOnlySpan<byte> rows = narrowed.AsSpan((down.First[row] - firstRow) * width * 3);
                MixRows(rows, width * 3, weights, sums.AsSpan(0, width * 3), target.Slice(row * rowStride, width * 3));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(narrowed);
            ArrayPool<int>.Shared.Return(wide);
            ArrayPool<int>.Shared.Return(sums);
        }
    }

    /// <summary>One pixel is one vector of red, green, blue and nothing, so a tap is one multiplication.</summary>
    private static void NarrowRow(ReadOnlySpan<byte> row, ResizeTaps taps, int[] wide, Span<byte> target)
    {
        if (taps.IsIdentity)
        {
            row.Slice(taps.First[0] * 3, target.Length).CopyTo(target);
            return;
        }

        Span<Vector128<int>> pixels = MemoryMarshal.Cast<int, Vector128<int>>(wide.AsSpan(0, row.Length / 3 * 4));
        Widen(row, pixels);

        ReadOnlySpan<int> firsts = taps.First;
        ReadOnlySpan<int> counts = taps.Count;
        for (int x = 0, to = 0; x < firsts.Length; x++, to += 3)
        {
            ReadOnlySpan<Vector128<int>> window = pixels.Slice(firsts[x], counts[x]);
            ReadOnlySpan<int> weights = taps.Weights.AsSpan(x * taps.Stride, window.Length);
            Vector128<int> sum = Vector128.Create(Half);
            for (int tap = 0; tap < window.Length; tap++)
            {
                sum += window[tap] * weights[tap];
            }

            sum = Vector128.Clamp(sum >> ResizeTaps.FractionBits, Vector128<int>.Zero, Vector128.Create(255));
            target[to] = (byte)sum[0];
            target[to + 1] = (byte)sum[1];
            target[to + 2] = (byte)sum[2];
        }
    }

    private static void Widen(ReadOnlySpan<byte> row, Span<Vector128<int>> pixels)
    {
        int x = 0, from = 0;
        Vector128<byte> spread = Vector128.Create((byte)0, 255, 255, 255, 1, 255, 255, 255, 2, 255, 255, 255, 255, 255, 255, 255);
        for (; from + Vector128<byte>.Count <= row.Length; x++, from += 3)
        {
            pixels[x] = Vector128.Shuffle(Vector128.Create(row.Slice(from, Vector128<byte>.Count)), spread).AsInt32();
        }

        for (; x < pixels.Length; x++, from += 3)
        {
            pixels[x] = Vector128.Create(row[from], row[from + 1], row[from + 2], 0);
        }
    }

    /// <summary>A weighted sum of whole rows, which vectors do eight or sixteen values at a time.</summary>
    private static void MixRows(ReadOnlySpan<byte> rows, int length, ReadOnlySpan<int> weights, Span<int> sums, Span<byte> target)
    {
        if (weights.Length == 1)
        {
            rows[..length].CopyTo(target);
            return;
        }

        sums.Fill(Half);
        for (int tap = 0; tap < weights.Length; tap++)
        {
            AddScaled(rows.Slice(tap * length, length), weights[tap], sums);
        }

        Round(sums, target);
    }

    /// <summary>Whole grey levels of sums with fractions, held between 0 and 255.</summary>
    private static void Round(ReadOnlySpan<int> sums, Span<byte> target)
    {
        int index = 0;
        for (; index + Vector<byte>.Count <= target.Length; index += Vector<byte>.Count)
        {
            ReadOnlySpan<Vector<int>> part = MemoryMarshal.Cast<int, Vector<int>>(sums.Slice(index, Vector<byte>.Count));
            Vector<short> low = Vector.Narrow(Level(part[0]), Level(part[1])), high = Vector.Narrow(Level(part[2]), Level(part[3]));
            Vector.Narrow(low.As<short, ushort>(), high.As<short, ushort>()).CopyTo(target[index..]);
        }

        for (; index < target.Length; index++)
        {
            target[index] = (byte)Math.Clamp(sums[index] >> ResizeTaps.FractionBits, 0, 255);
        }
    }

    private static Vector<int> Level(Vector<int> sums) =>
        Vector.Min(Vector.Max(Vector.ShiftRightArithmetic(sums, ResizeTaps.FractionBits), Vector<int>.Zero), new Vector<int>(255));

    private static void AddScaled(ReadOnlySpan<byte> row, int weight, Span<int> sums)
    {
        int index = 0;
        Vector<int> factor = new(weight);
        for (; index + Vector<byte>.Count <= row.Length; index += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row.Slice(index, Vector<byte>.Count)), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            Span<Vector<int>> part = MemoryMarshal.Cast<int, Vector<int>>(sums.Slice(index, Vector<byte>.Count));
            part[0] += Vector.AsVectorInt32(first) * factor;
            part[1] += Vector.AsVectorInt32(second) * factor;
            part[2] += Vector.AsVectorInt32(third) * factor;
            part[3] += Vector.AsVectorInt32(fourth) * factor;
        }

        for (; index < row.Length; index++)
        {
            sums[index] += row[index] * weight;
        }
    }
}
