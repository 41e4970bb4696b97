namespace VisionMonitor.Metrics.Classification;

/// <summary>The courses of a score's quality over the threshold "positive where score ≥ t", one point per distinct score, from the highest.</summary>
public sealed class ScoreCurve
{
    private ScoreCurve(double[] thresholds, double[] truePositives, double[] falsePositives, double positives, double negatives)
    {
        Thresholds = thresholds;
        Recalls = Array.ConvertAll(truePositives, t => positives > 0 ? t / positives : (double?)null);
        FalsePositiveRates = Array.ConvertAll(falsePositives, f => negatives > 0 ? f / negatives : (double?)null);
        Precisions = [.. truePositives.Zip(falsePositives, (t, f) => t + f > 0 ? t / (t + f) : (double?)null)];
        F1s = [.. truePositives.Zip(falsePositives, (t, f) => t + f + positives > 0 ? 2 * t / (t + f + positives) : (double?)null)];
    }

    /// <summary>The distinct scores, falling.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>Share of the positives found at each threshold: the true positive rate of ROC, the recall of PR; null without positives.</summary>
    public IReadOnlyList<double?> Recalls { get; }

    /// <summary>Share of the negatives taken for positive at each threshold; null without negatives.</summary>
    public IReadOnlyList<double?> FalsePositiveRates { get; }

    /// <summary>Share of what is taken for positive that is, at each threshold.</summary>
    public IReadOnlyList<double?> Precisions { get; }

    /// <summary>F1 at each threshold.</summary>
    public IReadOnlyList<double?> F1s { get; }

    /// <summary>The highest F1; null where there is no score.</summary>
    public double? BestF1 => F1s.Max();

    /// <summary>Traces the curve.</summary>
    /// <param name="scores">Higher for positive; not NaN.</param>
    /// <param name="isPositive">As many as scores.</param>
    /// <param name="weights">As many as scores, or empty for 1 each.</param>
    /// <exception cref="ArgumentException">A score is NaN, or the lengths differ.</exception>
    public static ScoreCurve Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> weights = default)
    {
        if (scores.Length != isPositive.Length || (!weights.IsEmpty && weights.Length != scores.Length))
        {
            throw new ArgumentException($"{scores.Length} scores came with {isPositive.Length} outcomes and {weights.Length} weights.", nameof(isPositive));
        }

        double[] keys = new double[scores.Length];
        int[] order = new int[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            (keys[i], order[i]) = (double.IsNaN(scores[i]) ? throw new ArgumentException($"Score {i} is NaN.", nameof(scores)) : -scores[i], i);
        }

        Array.Sort(keys, order);
        List<double> thresholds = [], right = [], wrong = [];
        double positives = 0, negatives = 0;
        for (int i = 0; i < order.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[order[i]];
            positives += isPositive[order[i]] ? weight : 0;
            negatives += isPositive[order[i]] ? 0 : weight;
            if (i + 1 == order.Length || keys[i + 1] != keys[i])
            {
                thresholds.Add(scores[order[i]]);
                right.Add(positives);
                wrong.Add(negatives);
            }
        }

        return new ScoreCurve([.. thresholds], [.. right], [.. wrong], positives, negatives);
    }
}
