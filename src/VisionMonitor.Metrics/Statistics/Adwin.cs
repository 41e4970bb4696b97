namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// ADWIN2 of Bifet and Gavaldà 2007: keeps the longest recent stretch whose halves agree, in buckets that double. Looks for a cut every 32 values, as its
/// reference implementations do; unlike frouros it takes negative values.
/// </summary>
public sealed class Adwin
{
    private const int BucketsPerRow = 5;
    private const int Clock = 32;
    private const int LeastHalf = 5;
    private const int LeastWidth = 10;
    private readonly double _confidence;
    private readonly bool _skipsNewestOfRow;

    /// <summary>Rows of buckets, newest first; a bucket of row r holds 2^r values. Within a row the oldest comes first.</summary>
    private readonly List<List<(double Sum, double Variance)>> _rows = [[]];
    private double _sum;
    private double _variance;
    private long _seen;

    /// <summary>An empty window.</summary>
    /// <param name="confidence">δ: chance of a false cut, above 0 and below 1.</param>
    /// <param name="skipsNewestOfRow">As frouros does: in each row of buckets the newest one is never moved to the older side, so that a change is found later.</param>
    public Adwin(double confidence = 0.002, bool skipsNewestOfRow = false)
    {
        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1.");
        }

        (_confidence, _skipsNewestOfRow) = (confidence, skipsNewestOfRow);
    }

    /// <summary>How many recent values are believed to share one mean.</summary>
    public long Width { get; private set; }

    /// <summary>Their mean; 0 before the first.</summary>
    public double Mean => Width == 0 ? 0 : _sum / Width;

    /// <summary>Takes a finite value; true where older values were dropped because the mean moved.</summary>
    public bool Add(double value)
    {
        Width++;
        _seen++;
        if (Width > 1)
        {
            double gap = value - (_sum / (Width - 1));
            _variance += (Width - 1) * gap * gap / Width;
        }

        _sum += value;
        _rows[0].Add((value, 0));
        Compress();
        bool isChanged = false;
        while (_seen % Clock == 0 && Width > LeastWidth && HasCut())
        {
            isChanged = true;
            DropOldest();
        }

        return isChanged;
    }

    private void Compress()
    {
        for (int r = 0; r < _rows.Count && _rows[r].Count > BucketsPerRow; r++)
        {
            if (r + 1 == _rows.Count)
            {
                _rows.Add([]);
            }

            ((double a, double va), (double b, double vb)) = (_rows[r][0], _rows[r][1]);
            double size = 1L << r, gap = (a - b) / size;
            _rows[r].RemoveRange(0, 2);
            _rows[r + 1].Add((a + b, va + vb + (size / 2 * gap * gap)));
        }
    }

    private bool HasCut()
    {
        double older = 0, olderSum = 0, spread = _variance / Width, log = Math.Log(2 * Math.Log(Width) / _confidence);
        for (int r = _rows.Count - 1; r >= 0; r--)
        {
            foreach ((double sum, _) in _rows[r].Take(_rows[r].Count - (_skipsNewestOfRow ? 1 : 0)))
            {
                older += 1L << r;
                olderSum += sum;
                double newer = Width - older;
                if (newer <= LeastHalf + 1 || older <= LeastHalf + 1)
                {
                    continue;
                }

                double gap = Math.Abs((olderSum / older) - ((_sum - olderSum) / newer));
                double harmonic = (1 / (older - LeastHalf - 1)) + (1 / (newer - LeastHalf - 1));
                if (gap > Math.Sqrt(2 * harmonic * spread * log) + (2.0 / 3 * harmonic * log))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void DropOldest()
    {
        int r = _rows.Count - 1;
        (double sum, double variance) = _rows[r][0];
        double size = 1L << r;
        Width -= (long)size;
        _sum -= sum;
        double gap = (sum / size) - (_sum / Width);
        _variance = Math.Max(0, _variance - variance - (size * Width * gap * gap / (size + Width)));
        _rows[r].RemoveAt(0);
        if (_rows[r].Count == 0 && r > 0)
        {
            _rows.RemoveAt(r);
        }
    }
}
