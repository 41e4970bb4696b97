namespace VisionMonitor.Metrics.Detection;

/// <summary>Stable sorts by falling confidence: equal confidences keep their order, as numpy's mergesort of −score does.</summary>
internal static class StableSort
{
    private const int ShortLength = 48;

    /// <summary>Scratch space of a thread; a shared pool would have to be compiled for these types when a command starts.</summary>
    [ThreadStatic]
    private static ulong[]? _firstKeys, _secondKeys;

    [ThreadStatic]
    private static int[]? _moved, _counts;

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
        if (_firstKeys is null || _firstKeys.Length < length)
        {
            (_firstKeys, _secondKeys, _moved) = (new ulong[length], new ulong[length], new int[length]);
        }

        Span<ulong> from = _firstKeys.AsSpan(0, length), to = _secondKeys.AsSpan(0, length);
        Span<int> fromIndices = indices, toIndices = _moved.AsSpan(0, length);
        int[] counts = _counts ??= new int[8 * 256];
        Array.Clear(counts);
        for (int i = 0; i < length; i++)
        {
            ulong bits = FallingBits(keys[indices[i]]);
            from[i] = bits;
            for (int digit = 0; digit < 8; digit++)
            {
                counts[(digit * 256) + (byte)(bits >> (8 * digit))]++;
            }
        }

        bool isMoved = false;
        for (int digit = 0; digit < 8; digit++)
        {
            Span<int> starts = counts.AsSpan(digit * 256, 256);
            if (starts[(byte)(from[0] >> (8 * digit))] == length)
            {
                continue;
            }

            for (int value = 0, sum = 0; value < 256; value++)
            {
                int count = starts[value];
                starts[value] = sum;
                sum += count;
            }

            for (int i = 0; i < length; i++)
            {
                ulong bits = from[i];
                int place = starts[(byte)(bits >> (8 * digit))]++;
                to[place] = bits;
                toIndices[place] = fromIndices[i];
            }

            Span<ulong> swap = from;
            from = to;
            to = swap;
            Span<int> swapIndices = fromIndices;
            fromIndices = toIndices;
            toIndices = swapIndices;
            isMoved = !isMoved;
        }

        if (isMoved)
        {
            fromIndices.CopyTo(indices);
        }
    }

    /// <summary>Unsigned numbers that rise as the keys fall; −0 and 0 are equal.</summary>
    private static ulong FallingBits(double key)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(key + 0.0);
        return (bits >> 63) != 0 ? bits : ~(bits | (1UL << 63));
    }
}
