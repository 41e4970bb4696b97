namespace VisionMonitor.Metrics.Classification;

/// <summary>
/// The distinct scores of one class's own images, from the highest: slot 2k + 1 is the k-th of them, slot 2k what lies before it and slot 2n what lies
/// below all. A table over the leading bits leads to the few scores that must be compared.
/// </summary>
internal sealed class ScoreSlots
{
    /// <summary>Exponent and four bits of the fraction.</summary>
    private const int Shift = 48;

    /// <summary>Below 2⁻³² all share a place.</summary>
    private const int LowestPlace = (1023 - 32) << 4;

    private const int PlaceCount = (1024 << 4) - LowestPlace;

    /// <summary>For each place the number of distinct scores in places above it.</summary>
    private readonly int[] _above = new int[PlaceCount + 1];
    private double[] _distinct = [];
    private int _count;

    /// <summary>Takes up one class; returns how many slots it has.</summary>
    /// <param name="scores">Probabilities, 0 to 1.</param>
    /// <param name="truths">As many as scores.</param>
    /// <param name="classIndex">Whose scores make the slots.</param>
    public int Take(double[] scores, int[] truths, int classIndex)
    {
        _count = 0;
        for (int i = 0; i < truths.Length; i++)
        {
            if (truths[i] == classIndex)
            {
                if (_count == _distinct.Length)
                {
                    Array.Resize(ref _distinct, Math.Max(64, 2 * _count));
                }

                _distinct[_count++] = -scores[i];
            }
        }

        // Falling, each once.
        Array.Sort(_distinct, 0, _count);
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            double score = -_distinct[i];
            if (kept == 0 || score != _distinct[kept - 1])
            {
                _distinct[kept++] = score;
            }
        }

        _count = kept;
        for (int place = PlaceCount - 1, at = 0; place >= 0; place--)
        {
            _above[place + 1] = at;
            while (at < _count && PlaceOf(_distinct[at]) == place)
            {
                at++;
            }
        }

        _above[0] = _count;
        return (2 * _count) + 1;
    }

    /// <summary>The slot of a score.</summary>
    public int Of(double score)
    {
        int place = PlaceOf(score), at = _above[place + 1], end = _above[place];
        int last = end;
        while (at < end)
        {
            int middle = (int)((uint)(at + end) >> 1);
            if (_distinct[middle] > score)
            {
                at = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        return at < last && _distinct[at] == score ? (2 * at) + 1 : 2 * at;
    }

    private static int PlaceOf(double score) => Math.Max(0, (int)(BitConverter.DoubleToUInt64Bits(score + 0.0) >> Shift) - LowestPlace);
}
