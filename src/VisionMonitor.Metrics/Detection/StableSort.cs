using System.Buffers;

namespace VisionMonitor.Metrics.Detection;

/// <summary>Stable sorts by falling confidence: equal confidences keep their order, as numpy's mergesort of −score does.</summary>
internal static class StableSort
{
    private const int ShortLength = 48;

    /// <summary>Sorts indices by the keys they point at, largest first; keys are not NaN.</summary>
    public static void Descending(Span<int> indices, ReadOnlySpan<double> keys)
    {
        if (indices.Length > ShortLength)
        {
            Radix(indices, keys);
            return;
        }

        for (int i = 1; i < indices.Length; i++)
        {
            int moved = indices[i];
            double key = keys[moved];
            int at = i;
            while (at > 0 && keys[indices[at - 1]] < key)
            {
                indices[at] = indices[at - 1];
                at--;
            }

            indices[at] = moved;
        }
    }

    /// <summary>Byte by byte from the lowest, on bits that order as the numbers do; bytes that all keys share cost nothing.</summary>
    private static void Radix(Span<int> indices, ReadOnlySpan<double> keys)
    {
        int length = indices.Length;
        (ulong Bits, int Index)[] first = ArrayPool<(ulong, int)>.Shared.Rent(length), second = ArrayPool<(ulong, int)>.Shared.Rent(length);
        Span<(ulong Bits, int Index)> from = first.AsSpan(0, length), to = second.AsSpan(0, length);
        int[] counts = ArrayPool<int>.Shared.Rent(8 * 256);
        Array.Clear(counts, 0, 8 * 256);
        for (int i = 0; i < length; i++)
        {
            ulong bits = FallingBits(keys[indices[i]]);
            from[i] = (bits, indices[i]);
            for (int digit = 0; digit < 8; digit++)
            {
                counts[(digit * 256) + (byte)(bits >> (8 * digit))]++;
            }
        }

        for (int digit = 0; digit < 8; digit++)
        {
            Span<int> starts = counts.AsSpan(digit * 256, 256);
            if (starts[(byte)(from[0].Bits >> (8 * digit))] == length)
            {
                continue;
            }

            for (int value = 0, sum = 0; value < 256; value++)
            {
                (starts[value], sum) = (sum, sum + starts[value]);
            }

            foreach ((ulong Bits, int Index) item in from)
            {
                to[starts[(byte)(item.Bits >> (8 * digit))]++] = item;
            }

            Span<(ulong Bits, int Index)> swap = from;
            from = to;
            to = swap;
        }

        for (int i = 0; i < length; i++)
        {
            indices[i] = from[i].Index;
        }

        ArrayPool<(ulong, int)>.Shared.Return(first);
        ArrayPool<(ulong, int)>.Shared.Return(second);
        ArrayPool<int>.Shared.Return(counts);
    }

    /// <summary>Unsigned numbers that rise as the keys fall; −0 and 0 are equal.</summary>
    private static ulong FallingBits(double key)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(key + 0.0);
        return (bits >> 63) != 0 ? bits : ~(bits | (1UL << 63));
    }
}
