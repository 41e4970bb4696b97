using System.Buffers;
using System.Numerics.Tensors;

namespace VisionMonitor.Vision.Images;

/// <summary>The two passes with fractions between them; rounded and clipped once.</summary>
internal static class ExactResampler
{
    private const float Unit = 1f / (1 << ResizeTaps.FractionBits);

    public static void Resize(DecodedImage image, ResizeTaps across, ResizeTaps down, Span<byte> target, int rowStride)
    {
        int length = across.First.Length * 3;
        int firstRow = down.First[0];
        int rowCount = down.First[^1] + down.Count[^1] - firstRow;
        float[] narrowed = ArrayPool<float>.Shared.Rent(rowCount * length);
        float[] sums = ArrayPool<float>.Shared.Rent(length);
        try
        {
            for (int row = 0; row < rowCount; row++)
            {
                NarrowRow(image.Rgb.Slice((firstRow + row) * image.Width * 3, image.Width * 3), across, narrowed.AsSpan(row * length, length));
            }

            for (int row = 0; row < down.First.Length; row++)
            {
                ReadOnlySpan<float> rows = narrowed.AsSpan((down.First[row] - firstRow) * length);
                MixRows(rows, down.Weights.AsSpan(row * down.Stride, down.Count[row]), sums.AsSpan(0, length), target.Slice(row * rowStride, length));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(narrowed);
            ArrayPool<float>.Shared.Return(sums);
        }
    }

    private static void NarrowRow(ReadOnlySpan<byte> row, ResizeTaps taps, Span<float> target)
    {
        for (int x = 0, to = 0; x < taps.First.Length; x++, to += 3)
        {
            (float red, float green, float blue) = (0, 0, 0);
            int from = taps.First[x] * 3;
            foreach (int weight in taps.Weights.AsSpan(x * taps.Stride, taps.Count[x]))
            {
                float share = weight * Unit;
                red += row[from] * share;
                green += row[from + 1] * share;
                blue += row[from + 2] * share;
                from += 3;
            }

            (target[to], target[to + 1], target[to + 2]) = (red, green, blue);
        }
    }

    private static void MixRows(ReadOnlySpan<float> rows, ReadOnlySpan<int> weights, Span<float> sums, Span<byte> target)
    {
        sums.Fill(0.5f);
        for (int tap = 0; tap < weights.Length; tap++)
        {
            TensorPrimitives.MultiplyAdd(rows.Slice(tap * sums.Length, sums.Length), weights[tap] * Unit, sums, sums);
        }

        for (int index = 0; index < target.Length; index++)
        {
            target[index] = (byte)Math.Clamp((int)sums[index], 0, 255);
        }
    }
}
