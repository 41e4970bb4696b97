using System.Runtime.InteropServices;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Sorts finite numbers by their bits, eleven at a time: three passes, whatever their order was.</summary>
internal static class FloatSort
{
    private const int Digits = 1 << 11;

    /// <summary>Sorts.</summary>
    /// <param name="values">Finite.</param>
    /// <param name="spare">At least as long; its contents are lost.</param>
    public static void Ascending(Span<float> values, Span<float> spare)
    {
        if (values.Length < 256)
        {
            values.Sort();
            return;
        }

        Span<uint> keys = MemoryMarshal.Cast<float, uint>(values), other = MemoryMarshal.Cast<float, uint>(spare)[..keys.Length];
        Span<int> counts = stackalloc int[3 * Digits];
        counts.Clear();
        foreach (ref uint key in keys)
        {
            // A positive number gets its sign bit set; a negative one is turned round, so that its order is.
            key ^= (uint)((int)key >> 31) | 0x80000000;
            counts[(int)(key & (Digits - 1))]++;
            counts[Digits + (int)((key >> 11) & (Digits - 1))]++;
            counts[(2 * Digits) + (int)(key >> 22)]++;
        }

        Deal(keys, other, counts[..Digits], 0);
        Deal(other, keys, counts.Slice(Digits, Digits), 11);
        Deal(keys, other, counts[(2 * Digits)..], 22);
        for (int i = 0; i < keys.Length; i++)
        {
            uint key = other[i];
            keys[i] = key ^ (((key >> 31) - 1) | 0x80000000);
        }
    }

    private static void Deal(ReadOnlySpan<uint> source, Span<uint> target, Span<int> counts, int shift)
    {
        int place = 0;
        foreach (ref int count in counts)
        {
            (count, place) = (place, place + count);
        }

        foreach (uint key in source)
        {
            target[counts[(int)((key >> shift) & (Digits - 1))]++] = key;
        }
    }
}
