namespace VisionMonitor.Metrics.Classification;

/// <summary>
/// Where the probability of every image stands among those of the class's own images, for every class. That alone decides AUC and average precision,
/// and weights do not change it: so it is found once, and each bootstrap replicate only adds weights up.
/// </summary>
public sealed class ClassRanking
{
    private const int ColumnsAtOnce = 8;

    private readonly ushort[][] _near;
    private readonly int[][] _far;
    private readonly int[] _slotCounts;
    private readonly int[] _truths;

    /// <summary>Ranks a set whose evidence keeps probabilities.</summary>
    /// <exception cref="ArgumentException">An image has no probabilities, or other classes than the first.</exception>
    public ClassRanking(ReadOnlySpan<ClassificationEvidence> evidence)
    {
        int classCount = evidence.IsEmpty ? 0 : evidence[0].Values.Length;
        _truths = new int[evidence.Length];
        double[][] rows = new double[evidence.Length][];
        for (int i = 0; i < rows.Length; i++)
        {
            (rows[i], _truths[i]) = (evidence[i].Values, evidence[i].TruthIndex);
            if (classCount == 0 || rows[i].Length != classCount)
            {
                throw new ArgumentException($"The evidence of image {i} does not keep the probabilities of {classCount} classes.", nameof(evidence));
            }
        }

        (_near, _far, _slotCounts) = (new ushort[classCount][], new int[classCount][], new int[classCount]);
        double[][] columns = new double[ColumnsAtOnce][];
        for (int k = 0; k < ColumnsAtOnce; k++)
        {
            columns[k] = new double[rows.Length];
        }

        var slots = new ScoreSlots();
        for (int c = 0; c < classCount; c += ColumnsAtOnce)
        {
            int width = Math.Min(ColumnsAtOnce, classCount - c);
            Turn(rows, c, columns, width);
            for (int k = 0; k < width; k++)
            {
                Rank(slots, columns[k], c + k);
            }
        }
    }

    /// <summary>How many classes.</summary>
    public int ClassCount => _slotCounts.Length;

    /// <summary>How many images.</summary>
    public int ImageCount => _truths.Length;

    /// <summary>Areas of one class against the rest; see <see cref="RankedScores"/>.</summary>
    public (double? RocAuc, double? AveragePrecision) Areas(int classIndex, ReadOnlySpan<double> weights)
    {
        int slotCount = _slotCounts[classIndex];
        double[] own = new double[slotCount], others = new double[slotCount];
        ushort[] near = _near[classIndex];
        int[] far = _far[classIndex];
        for (int i = 0; i < _truths.Length; i++)
        {
            int slot = near.Length > 0 ? near[i] : far[i];
            double weight = weights.IsEmpty ? 1 : weights[i];
            (_truths[i] == classIndex ? own : others)[slot] += weight;
        }

        RankingSums sums = default;
        for (int slot = 0; slot < slotCount; slot++)
        {
            sums.Add(own[slot], others[slot]);
        }

        return sums.Areas;
    }

    private void Rank(ScoreSlots slots, double[] scores, int classIndex)
    {
        _slotCounts[classIndex] = slots.Take(scores, _truths, classIndex);
        bool isNear = _slotCounts[classIndex] <= ushort.MaxValue;
        (_near[classIndex], _far[classIndex]) = (isNear ? new ushort[scores.Length] : [], isNear ? [] : new int[scores.Length]);
        for (int i = 0; i < scores.Length; i++)
        {
            int slot = slots.Of(scores[i]);
            if (isNear)
            {
                _near[classIndex][i] = (ushort)slot;
            }
            else
            {
                _far[classIndex][i] = slot;
            }
        }
    }

    /// <summary>Columns of a few classes: so many that a row is read a cache line at a time.</summary>
    private static void Turn(double[][] rows, int first, double[][] columns, int width)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<double> row = rows[i].AsSpan(first, width);
            for (int k = 0; k < row.Length; k++)
            {
                columns[k][i] = row[k];
            }
        }
    }
}
