namespace VisionMonitor.Metrics.Classification;

/// <summary>The images of a set in the order of every class's probability. Sorting is the expensive part of AUC and average precision, and weights do not change it: so a bootstrap sorts once.</summary>
public sealed class ClassRanking
{
    private const int ColumnsAtOnce = 8;

    private readonly int[][] _order;
    private readonly bool[][] _startsGroup;
    private readonly int[] _truths;

    /// <summary>Sorts a set whose evidence keeps probabilities.</summary>
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

        (_order, _startsGroup) = (new int[classCount][], new bool[classCount][]);
        var sort = new ScoreSort(rows.Length);
        double[][] columns = new double[ColumnsAtOnce][];
        for (int k = 0; k < ColumnsAtOnce; k++)
        {
            columns[k] = new double[rows.Length];
        }

        for (int c = 0; c < classCount; c += ColumnsAtOnce)
        {
            int width = Math.Min(ColumnsAtOnce, classCount - c);
            Turn(rows, c, columns, width);
            for (int k = 0; k < width; k++)
            {
                (_order[c + k], _startsGroup[c + k]) = (new int[rows.Length], new bool[rows.Length]);
                sort.Falling(columns[k], _order[c + k], _startsGroup[c + k]);
            }
        }
    }

    /// <summary>Columns of a few classes: so many that a row is read a cache line at a time.</summary>
    private static void Turn(double[][] rows, int first, double[][] columns, int width)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            double[] row = rows[i];
            for (int k = 0; k < width; k++)
            {
                columns[k][i] = row[first + k];
            }
        }
    }

    /// <summary>How many classes.</summary>
    public int ClassCount => _order.Length;

    /// <summary>How many images.</summary>
    public int ImageCount => _truths.Length;

    /// <summary>Areas of one class against the rest; see <see cref="RankedScores"/>.</summary>
    public (double? RocAuc, double? AveragePrecision) Areas(int classIndex, ReadOnlySpan<double> weights)
    {
        int[] order = _order[classIndex];
        bool[] starts = _startsGroup[classIndex];
        RankingSums sums = default;
        for (int start = 0; start < order.Length;)
        {
            double groupPositives = 0, groupNegatives = 0;
            int end = start;
            do
            {
                double weight = weights.IsEmpty ? 1 : weights[order[end]];
                if (_truths[order[end]] == classIndex)
                {
                    groupPositives += weight;
                }
                else
                {
                    groupNegatives += weight;
                }

                end++;
            }
            while (end < order.Length && !starts[end]);

            sums.Add(groupPositives, groupNegatives);
            start = end;
        }

        return sums.Areas;
    }
}
