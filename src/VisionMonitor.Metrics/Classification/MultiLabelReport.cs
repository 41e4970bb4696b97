namespace VisionMonitor.Metrics.Classification;

/// <summary>One image's labels and scores: rankings over the whole set need every score, so that is what evidence of several labels is.</summary>
public sealed class MultiLabelEvidence
{
    internal MultiLabelEvidence(bool[] truth, double[] scores) => (Truth, Scores) = (truth, scores);

    internal bool[] Truth { get; }

    internal double[] Scores { get; }
}

/// <summary>One label's numbers; <see langword="null"/> where one is undefined.</summary>
/// <param name="LabelIndex">The label, counted from 0.</param>
/// <param name="TruePositives">Weight of the images that have the label and for which it was predicted.</param>
/// <param name="Support">Weight of the images that have the label.</param>
/// <param name="Predicted">Weight of the images for which it was predicted.</param>
/// <param name="RocAuc">Area under the ROC curve; null without an image with or without the label.</param>
/// <param name="AveragePrecision">Σ(Rᵢ − Rᵢ₋₁)Pᵢ over distinct scores; null without an image with the label.</param>
public sealed record MultiLabelClassReport(int LabelIndex, double TruePositives, double Support, double Predicted, double? RocAuc, double? AveragePrecision)
{
    /// <summary>Precision, recall and F1 at the threshold.</summary>
    public PrecisionRecallF1 AtThreshold => PrecisionRecallF1.Of(TruePositives, Support, Predicted);
}

/// <summary>The numbers of a weighted set of images with several labels; <see langword="null"/> where one is undefined.</summary>
/// <param name="ImageCount">Images with a weight above 0.</param>
/// <param name="PerLabel">One entry per label.</param>
public sealed record MultiLabelReport(long ImageCount, IReadOnlyList<MultiLabelClassReport> PerLabel)
{
    /// <summary>mAP: mean over the labels that occur. scikit-learn counts an absent label as 0, see <see cref="AveragePrecisionAbsentAsZero"/>.</summary>
    public double? AveragePrecisionMacro => Mean(PerLabel.Select(l => l.AveragePrecision).OfType<double>());

    /// <summary>mAP where a label that does not occur counts as 0, as scikit-learn does with a warning.</summary>
    public double? AveragePrecisionAbsentAsZero => ImageCount == 0 ? null : Mean(PerLabel.Select(l => l.AveragePrecision ?? 0));

    /// <summary>mAP weighted by support.</summary>
    public double? AveragePrecisionWeighted => PerLabel.Sum(l => l.Support) is > 0 and double total ? PerLabel.Sum(l => l.Support * (l.AveragePrecision ?? 0)) / total : null;

    /// <summary>Average precision of all (image, label) pairs in one ranking.</summary>
    public double? AveragePrecisionMicro { get; init; }

    /// <summary>Mean over the images with a label of the average precision of their own ranking of labels.</summary>
    public double? AveragePrecisionSamples { get; init; }

    /// <summary>Mean one-vs-rest ROC-AUC over the labels that define it.</summary>
    public double? RocAucMacro => Mean(PerLabel.Select(l => l.RocAuc).OfType<double>());

    /// <summary>Share of (image, label) pairs that are wrong, 0 to 1.</summary>
    public double? HammingLoss { get; init; }

    /// <summary>Share of images with every label right, 0 to 1.</summary>
    public double? SubsetAccuracy { get; init; }

    /// <summary>Label ranking average precision, 0 to 1.</summary>
    public double? LabelRankingAveragePrecision { get; init; }

    /// <summary>Mean over images, 0 where undefined.</summary>
    public PrecisionRecallF1 Samples { get; init; } = new(null, null, null);

    /// <summary>From pooled counts.</summary>
    public PrecisionRecallF1 Micro => PrecisionRecallF1.Of(PerLabel.Sum(l => l.TruePositives), PerLabel.Sum(l => l.Support), PerLabel.Sum(l => l.Predicted));

    /// <summary>Mean over labels; an undefined number counts as 0, as in scikit-learn.</summary>
    public PrecisionRecallF1 Macro => ImageCount == 0 ? new PrecisionRecallF1(null, null, null) : new PrecisionRecallF1(
        Mean(PerLabel.Select(l => l.AtThreshold.Precision ?? 0)), Mean(PerLabel.Select(l => l.AtThreshold.Recall ?? 0)), Mean(PerLabel.Select(l => l.AtThreshold.F1 ?? 0)));

    /// <summary>Mean over labels weighted by support; an undefined number counts as 0.</summary>
    public PrecisionRecallF1 Weighted => PerLabel.Sum(l => l.Support) is > 0 and double total
        ? new PrecisionRecallF1(PerLabel.Sum(l => l.Support * (l.AtThreshold.Precision ?? 0)) / total, PerLabel.Sum(l => l.Support * (l.AtThreshold.Recall ?? 0)) / total, PerLabel.Sum(l => l.Support * (l.AtThreshold.F1 ?? 0)) / total)
        : new PrecisionRecallF1(null, null, null);

    private static double? Mean(IEnumerable<double> values)
    {
        double sum = 0;
        int count = 0;
        foreach (double value in values)
        {
            sum += value;
            count++;
        }

        return count > 0 ? sum / count : null;
    }
}
