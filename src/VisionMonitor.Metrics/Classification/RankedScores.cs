namespace VisionMonitor.Metrics.Classification;

/// <summary>Numbers that depend only on how a score ranks positives against negatives.</summary>
public static class RankedScores
{
    /// <summary>Area under the ROC curve: the chance that a positive scores above a negative, ties counted half.</summary>
    /// <param name="scores">Any finite numbers, higher for positive.</param>
    /// <param name="isPositive">As many as scores.</param>
    /// <param name="weights">As many as scores, or empty for 1 each.</param>
    /// <returns>0 to 1; <see langword="null"/> without a positive or without a negative.</returns>
    /// <exception cref="ArgumentException">A score is NaN, or the lengths differ.</exception>
    public static double? RocAuc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> weights = default) =>
        Both(scores, isPositive, weights).RocAuc;

    /// <summary>Average precision: Σ(Rᵢ − Rᵢ₋₁)·Pᵢ over distinct scores from the highest, no interpolation (scikit-learn).</summary>
    /// <returns>0 to 1; <see langword="null"/> without a positive.</returns>
    /// <inheritdoc cref="RocAuc"/>
    public static double? AveragePrecision(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> weights = default) =>
        Both(scores, isPositive, weights).AveragePrecision;

    /// <summary>Both areas from one sort.</summary>
    /// <inheritdoc cref="RocAuc"/>
    public static (double? RocAuc, double? AveragePrecision) Both(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> weights = default)
    {
        if (scores.Length != isPositive.Length || (!weights.IsEmpty && weights.Length != scores.Length))
        {
            throw new ArgumentException($"{scores.Length} scores came with {isPositive.Length} outcomes and {weights.Length} weights.", nameof(isPositive));
        }

        double[] keys = new double[scores.Length];
        int[] order = new int[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            if (double.IsNaN(scores[i]))
            {
                throw new ArgumentException($"Score {i} is NaN.", nameof(scores));
            }

            keys[i] = -scores[i];
            order[i] = i;
        }

        Array.Sort(keys, order);
        RankingSums sums = default;
        for (int start = 0; start < order.Length;)
        {
            double groupPositives = 0, groupNegatives = 0;
            int end = start;
            for (; end < order.Length && keys[end] == keys[start]; end++)
            {
                double weight = weights.IsEmpty ? 1 : weights[order[end]];
                groupPositives += isPositive[order[end]] ? weight : 0;
                groupNegatives += isPositive[order[end]] ? 0 : weight;
            }

            sums.Add(groupPositives, groupNegatives);
            start = end;
        }

        return sums.Areas;
    }
}
