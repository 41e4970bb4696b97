using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Classification;

/// <summary>Classification where an image has any number of labels: per label, averaged four ways, and by ranking (scikit-learn's definitions).</summary>
public sealed class MultiLabelEvaluation : IEvaluation<ReadOnlyMemory<bool>, ReadOnlyMemory<double>, MultiLabelEvidence, MultiLabelReport>
{
    /// <summary>An evaluation of a fixed set of labels.</summary>
    /// <param name="labelCount">How many labels, at least 1.</param>
    /// <param name="threshold">A label is predicted where its score is at least this.</param>
    public MultiLabelEvaluation(int labelCount, double threshold = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labelCount, 1);
        (LabelCount, Threshold) = (labelCount, threshold);
    }

    /// <summary>How many labels.</summary>
    public int LabelCount { get; }

    /// <summary>A label is predicted where its score is at least this.</summary>
    public double Threshold { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Another number of labels, or a score that is NaN.</exception>
    public MultiLabelEvidence Compare(ReadOnlyMemory<bool> truth, ReadOnlyMemory<double> predicted)
    {
        if (truth.Length != LabelCount || predicted.Length != LabelCount)
        {
            throw new ArgumentException($"{truth.Length} labels and {predicted.Length} scores were given for {LabelCount} labels.", nameof(predicted));
        }

        foreach (double score in predicted.Span)
        {
            if (double.IsNaN(score))
            {
                throw new ArgumentException("A score is NaN.", nameof(predicted));
            }
        }

        return new MultiLabelEvidence(truth.ToArray(), predicted.ToArray());
    }

    /// <inheritdoc/>
    public MultiLabelReport Summarize(ReadOnlySpan<MultiLabelEvidence> evidence, ReadOnlySpan<double> weights)
    {
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{evidence.Length} images have {weights.Length} weights.", nameof(weights));
        }

        Bootstrap.CheckWeights(weights);
        double[] weightOf = weights.IsEmpty ? [.. Enumerable.Repeat(1.0, evidence.Length)] : weights.ToArray();
        MultiLabelEvidence[] all = evidence.ToArray();
        if (Array.Exists(all, one => one.Truth.Length != LabelCount))
        {
            throw new ArgumentException($"Some evidence has other than {LabelCount} labels.", nameof(evidence));
        }

        var perLabel = new MultiLabelClassReport[LabelCount];
        for (int c = 0; c < LabelCount; c++)
        {
            double[] scores = [.. all.Select(one => one.Scores[c])];
            bool[] truths = [.. all.Select(one => one.Truth[c])];
            perLabel[c] = Label(c, scores, truths, weightOf);
        }

        double[] pooled = [.. all.SelectMany(one => one.Scores)], pooledWeights = [.. weightOf.SelectMany(w => Enumerable.Repeat(w, LabelCount))];
        bool[] pooledTruths = [.. all.SelectMany(one => one.Truth)];
        return new MultiLabelReport(weightOf.LongCount(w => w > 0), perLabel)
        {
            AveragePrecisionMicro = RankedScores.AveragePrecision(pooled, pooledTruths, pooledWeights),
            AveragePrecisionSamples = Mean(all, weightOf, one => RankedScores.AveragePrecision(one.Scores, one.Truth)),
            HammingLoss = Mean(all, weightOf, one => one.Truth.Zip(one.Scores).Count(p => p.First != (p.Second >= Threshold)) / (double)LabelCount),
            SubsetAccuracy = Mean(all, weightOf, one => one.Truth.Zip(one.Scores).All(p => p.First == (p.Second >= Threshold)) ? 1 : 0),
            Samples = new PrecisionRecallF1(Mean(all, weightOf, one => Part(one).Precision ?? 0), Mean(all, weightOf, one => Part(one).Recall ?? 0), Mean(all, weightOf, one => Part(one).F1 ?? 0)),
            LabelRankingAveragePrecision = Mean(all, weightOf, one => LabelRanking(one)),
        };
    }

    private MultiLabelClassReport Label(int index, double[] scores, bool[] truths, double[] weightOf)
    {
        double right = 0, support = 0, predicted = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            bool isPredicted = scores[i] >= Threshold;
            right += isPredicted && truths[i] ? weightOf[i] : 0;
            support += truths[i] ? weightOf[i] : 0;
            predicted += isPredicted ? weightOf[i] : 0;
        }

        (double? rocAuc, double? averagePrecision) = RankedScores.Both(scores, truths, weightOf);
        return new MultiLabelClassReport(index, right, support, predicted, rocAuc, averagePrecision);
    }

    private PrecisionRecallF1 Part(MultiLabelEvidence one)
    {
        double right = 0, support = 0, predicted = 0;
        for (int c = 0; c < LabelCount; c++)
        {
            bool isPredicted = one.Scores[c] >= Threshold;
            right += isPredicted && one.Truth[c] ? 1 : 0;
            support += one.Truth[c] ? 1 : 0;
            predicted += isPredicted ? 1 : 0;
        }

        return PrecisionRecallF1.Of(right, support, predicted);
    }

    /// <summary>Mean over the true labels of the share of true ones among the labels scored at least as high; 1 where all or none are true.</summary>
    private double LabelRanking(MultiLabelEvidence one)
    {
        int truths = one.Truth.Count(t => t);
        if (truths == 0 || truths == LabelCount)
        {
            return 1;
        }

        double sum = 0;
        for (int c = 0; c < LabelCount; c++)
        {
            if (one.Truth[c])
            {
                int above = one.Scores.Count(s => s >= one.Scores[c]), trueAbove = one.Scores.Zip(one.Truth).Count(p => p.Second && p.First >= one.Scores[c]);
                sum += (double)trueAbove / above;
            }
        }

        return sum / truths;
    }

    private static double? Mean(MultiLabelEvidence[] all, double[] weightOf, Func<MultiLabelEvidence, double?> number)
    {
        double sum = 0, total = 0;
        for (int i = 0; i < all.Length; i++)
        {
            if (weightOf[i] > 0 && number(all[i]) is { } value)
            {
                sum += weightOf[i] * value;
                total += weightOf[i];
            }
        }

        return total > 0 ? sum / total : null;
    }
}
