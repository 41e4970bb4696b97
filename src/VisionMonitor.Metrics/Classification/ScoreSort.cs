namespace VisionMonitor.Metrics.Classification;

/// <summary>
/// Orders scores from the highest, again and again in the same memory. Three counting passes sort by the upper 33 bits; what then still ties is put
/// in order by the whole number. Equal scores keep their order.
/// </summary>
internal sealed class ScoreSort(int count)
{
    private const int DigitBits = 11;
    private const int LowestBit = 31;
    private const int IndexMask = int.MaxValue;

    private readonly ulong[] _keys = new ulong[count];
    private readonly int[] _counts = new int[3 << DigitBits];
    private ulong[] _from = new ulong[count];
    private ulong[] _to = new ulong[count];

    /// <param name="scores">As many as the sort was made for; not NaN.</param>
    /// <param name="order">Receives the indices from the highest score.</param>
    /// <param name="startsGroup">Receives, for each place of the order, whether its score differs from the one before.</param>
    public void Falling(double[] scores, int[] order, bool[] startsGroup)
    {
        Array.Clear(_counts);
        for (int i = 0; i < scores.Length; i++)
        {
            // Bits that rise as the score falls; adding 0 makes −0 and 0 equal.
            ulong bits = BitConverter.DoubleToUInt64Bits(scores[i] + 0.0);
            ulong key = (bits >> 63) != 0 ? bits : ~(bits | (1UL << 63));
            _keys[i] = key;
            _from[i] = (key & ~(ulong)IndexMask) | (uint)i;
            for (int digit = 0; digit < 3; digit++)
            {
                _counts[(digit << DigitBits) | (int)((key >> (LowestBit + (digit * DigitBits))) & 2047)]++;
            }
        }

        for (int digit = 0; digit < 3; digit++)
        {
            Pass(_counts.AsSpan(digit << DigitBits, 1 << DigitBits), LowestBit + (digit * DigitBits));
        }

        for (int i = 0; i < order.Length; i++)
        {
            order[i] = (int)(_from[i] & IndexMask);
        }

        Finish(order, startsGroup);
    }

    private void Pass(Span<int> counts, int shift)
    {
        ulong[] from = _from, to = _to;
        if (from.Length == 0 || counts[(int)((from[0] >> shift) & 2047)] == from.Length)
        {
            return;
        }

        int sum = 0;
        for (int value = 0; value < counts.Length; value++)
        {
            (counts[value], sum) = (sum, sum + counts[value]);
        }

        foreach (ulong item in from)
        {
            to[counts[(int)((item >> shift) & 2047)]++] = item;
        }

        (_from, _to) = (to, from);
    }

    private void Finish(int[] order, bool[] startsGroup)
    {
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            ulong prefix = _keys[order[start]] >> LowestBit;
            bool isMixed = false;
            for (; end < order.Length && _keys[order[end]] >> LowestBit == prefix; end++)
            {
                isMixed |= _keys[order[end]] != _keys[order[start]];
            }

            if (isMixed)
            {
                order.AsSpan(start, end - start).Sort((a, b) => _keys[a] != _keys[b] ? _keys[a].CompareTo(_keys[b]) : a.CompareTo(b));
            }

            startsGroup[start] = true;
            for (int i = start + 1; i < end; i++)
            {
                startsGroup[i] = _keys[order[i]] != _keys[order[i - 1]];
            }

            start = end;
        }
    }
}
