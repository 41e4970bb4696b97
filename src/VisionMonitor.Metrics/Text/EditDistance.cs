namespace VisionMonitor.Metrics.Text;

/// <summary>The fewest substitutions, deletions and insertions that turn one sequence into another (Levenshtein 1966).</summary>
public static class EditDistance
{
    private const int SlotCount = 128;

    /// <summary>The distance; 0 for equal sequences, the longer length at most. Bit-parallel (Myers 1999, Hyyrö 2003): one step per 64 items of the shorter sequence and item of the longer.</summary>
    public static int Of(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        int same = a.CommonPrefixLength(b);
        a = a[same..];
        b = b[same..];
        while (!a.IsEmpty && !b.IsEmpty && a[^1] == b[^1])
        {
            a = a[..^1];
            b = b[..^1];
        }

        ReadOnlySpan<int> pattern = a.Length <= b.Length ? a : b, text = a.Length <= b.Length ? b : a;
        return pattern.IsEmpty ? text.Length : pattern.Length <= 64 ? Short(pattern, text) : Long(pattern, text);
    }

    /// <summary>The distance of two texts in Unicode code points as they are (no normalization).</summary>
    public static int OfCodePoints(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        const int Longest = 512;
        Span<int> first = a.Length <= Longest ? stackalloc int[Longest] : new int[a.Length], second = b.Length <= Longest ? stackalloc int[Longest] : new int[b.Length];
        return Of(first[..TextUnits.CodePoints(a, first)], second[..TextUnits.CodePoints(b, second)]);
    }

    private static int Short(ReadOnlySpan<int> pattern, ReadOnlySpan<int> text)
    {
        // An open hash table of at most 64 items in 128 slots; a mask of 0 marks a free slot.
        Span<int> keys = stackalloc int[SlotCount];
        Span<ulong> masks = stackalloc ulong[SlotCount];
        masks.Clear();
        for (int i = 0; i < pattern.Length; i++)
        {
            int slot = Slot(keys, masks, pattern[i]);
            keys[slot] = pattern[i];
            masks[slot] |= 1UL << i;
        }

        ulong vertical = ulong.MaxValue, negative = 0, last = 1UL << (pattern.Length - 1);
        int distance = pattern.Length;
        foreach (int item in text)
        {
            ulong equal = masks[Slot(keys, masks, item)];
            ulong diagonal = (((equal & vertical) + vertical) ^ vertical) | equal | negative;
            ulong up = negative | ~(diagonal | vertical), down = vertical & diagonal;
            distance += (up & last) != 0 ? 1 : (down & last) != 0 ? -1 : 0;
            up = (up << 1) | 1;
            vertical = (down << 1) | ~(diagonal | up);
            negative = up & diagonal;
        }

        return distance;
    }

    private static int Long(ReadOnlySpan<int> pattern, ReadOnlySpan<int> text)
    {
        int blocks = (pattern.Length + 63) / 64;
        var masks = new Dictionary<int, ulong[]>();
        for (int i = 0; i < pattern.Length; i++)
        {
            if (!masks.TryGetValue(pattern[i], out ulong[]? mask))
            {
                masks[pattern[i]] = mask = new ulong[blocks];
            }

            mask[i / 64] |= 1UL << (i % 64);
        }

        ulong[] none = new ulong[blocks], vertical = new ulong[blocks], negative = new ulong[blocks];
        Array.Fill(vertical, ulong.MaxValue);
        int distance = pattern.Length, lastBit = (pattern.Length - 1) % 64;
        foreach (int item in text)
        {
            ulong[] mask = masks.GetValueOrDefault(item, none);
            ulong upIn = 1, downIn = 0;
            for (int block = 0; block < blocks; block++)
            {
                ulong equal = mask[block], v = vertical[block], n = negative[block];
                ulong carried = equal | downIn;
                ulong diagonal = (((carried & v) + v) ^ v) | carried | n;
                ulong up = n | ~(diagonal | v), down = v & diagonal;
                if (block == blocks - 1)
                {
                    distance += (int)((up >> lastBit) & 1) - (int)((down >> lastBit) & 1);
                }

                ulong upOut = up >> 63, downOut = down >> 63;
                up = (up << 1) | upIn;
                down = (down << 1) | downIn;
                vertical[block] = down | ~(diagonal | up);
                negative[block] = up & diagonal;
                (upIn, downIn) = (upOut, downOut);
            }
        }

        return distance;
    }

    private static int Slot(ReadOnlySpan<int> keys, ReadOnlySpan<ulong> masks, int key)
    {
        int slot = (int)(((uint)key * 0x9E3779B1u) >> 25);
        while (masks[slot] != 0 && keys[slot] != key)
        {
            slot = (slot + 1) % SlotCount;
        }

        return slot;
    }
}
