using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Classification;

/// <summary>The numbers of a weighted set of classified images; <see langword="null"/> where one is undefined.</summary>
public sealed record ClassificationReport
{
    /// <summary>Images with a weight above 0.</summary>
    public required long ImageCount { get; init; }

    /// <summary>Sum of the weights.</summary>
    public required double WeightSum { get; init; }

    /// <summary>Classes × classes, row-major, weights; rows are the truth, columns the prediction.</summary>
    public required IReadOnlyList<double> Confusion { get; init; }

    /// <summary>One entry per class, in class order.</summary>
    public required IReadOnlyList<ClassReport> PerClass { get; init; }

    /// <summary>Cross entropy in nats, probabilities raised to at least 1e-15.</summary>
    public required double? LogLoss { get; init; }

    /// <summary>Mean over images of the sum over classes of squared error, 0 to 2.</summary>
    public required double? Brier { get; init; }

    /// <summary>Mean entropy of the predictions in nats.</summary>
    public required double? MeanEntropy { get; init; }

    /// <summary>Mean confidence minus accuracy; above 0 when the model is too sure.</summary>
    public required double? Overconfidence { get; init; }

    /// <summary>Calibration with bins (low, high].</summary>
    public required CalibrationReport CalibrationRightClosed { get; init; }

    /// <summary>Calibration with bins [low, high).</summary>
    public required CalibrationReport CalibrationLeftClosed { get; init; }

    /// <summary>Calibration with bins of equal weight.</summary>
    public required CalibrationReport CalibrationEqualMass { get; init; }

    /// <summary>Mean over classes of the calibration error of that class's probability against the rest, bins (low, high]; null where probabilities were not kept.</summary>
    public double? ClasswiseCalibrationError { get; init; }

    /// <summary>Weight of the images whose labelled class has rank r; ties by the lower index.</summary>
    internal double[] RankWeights { get; init; } = [];

    internal double[] OptimisticRankWeights { get; init; } = [];

    internal double[] PessimisticRankWeights { get; init; } = [];

    /// <summary>Share of images that are right, 0 to 1.</summary>
    public double? Accuracy => TopK(1);

    /// <summary>Share of images with the labelled class among the first five, 0 to 1; 1 where there are at most five classes.</summary>
    public double? Top5 => TopK(5);

    /// <summary>Expected calibration error with bins (low, high].</summary>
    public double? ExpectedCalibrationError => CalibrationRightClosed.ExpectedError;

    /// <summary>Mean over classes, undefined ones left out.</summary>
    public PrecisionRecallF1 Macro => MacroWith(UndefinedClasses.Skip);

    /// <summary>From pooled counts: for single-label classification all three equal the accuracy.</summary>
    public PrecisionRecallF1 Micro => new(Accuracy, Accuracy, Accuracy);

    /// <summary>Mean over classes weighted by support; an undefined precision counts as 0.</summary>
    public PrecisionRecallF1 Weighted => new(WeightedMean(c => c.Precision), WeightedMean(c => c.Recall), WeightedMean(c => c.F1));

    /// <summary>Mean recall of the classes that occur in the truth.</summary>
    public double? BalancedAccuracy => Mean(c => c.Recall, UndefinedClasses.Skip);

    /// <summary>Balanced accuracy rescaled so that guessing gives 0; null with a single class in the truth.</summary>
    public double? BalancedAccuracyAdjusted
    {
        get
        {
            int present = PerClass.Count(c => c.Support > 0);
            return BalancedAccuracy is { } value && present > 1 ? (value - (1.0 / present)) / (1 - (1.0 / present)) : null;
        }
    }

    /// <summary>Matthews correlation coefficient, −1 to 1; 0 where only one class occurs or is predicted.</summary>
    public double? MatthewsCorrelation => ImageCount == 0 ? null : Agreement.Matthews(PerClass, WeightSum);

    /// <summary>Cohen's kappa, at most 1; null where agreement by chance is certain.</summary>
    public double? Kappa => Agreement.Kappa(Confusion, PerClass, WeightSum, KappaDistance.Unequal);

    /// <summary>Kappa with linear distance between class indices, for ordered classes.</summary>
    public double? KappaLinear => Agreement.Kappa(Confusion, PerClass, WeightSum, KappaDistance.Linear);

    /// <summary>Kappa with quadratic distance between class indices, for ordered classes.</summary>
    public double? KappaQuadratic => Agreement.Kappa(Confusion, PerClass, WeightSum, KappaDistance.Quadratic);

    /// <summary>Mean one-vs-rest ROC-AUC over the classes that define it.</summary>
    public double? RocAucMacro => Mean(c => c.RocAuc, UndefinedClasses.Skip);

    /// <summary>Mean one-vs-rest average precision over the classes that define it.</summary>
    public double? AveragePrecisionMacro => Mean(c => c.AveragePrecision, UndefinedClasses.Skip);

    /// <summary>Share of images with the labelled class among the first <paramref name="k"/>; ties by the lower class index.</summary>
    public double? TopK(int k) => ShareBelow(RankWeights, k);

    /// <summary>Top-k if every tie went in favour of the labelled class.</summary>
    public double? TopKOptimistic(int k) => ShareBelow(OptimisticRankWeights, k);

    /// <summary>Top-k if every tie went against the labelled class.</summary>
    public double? TopKPessimistic(int k) => ShareBelow(PessimisticRankWeights, k);

    /// <summary>Wilson's 95 % interval of the accuracy; it supposes that every weight is 1.</summary>
    public Interval? AccuracyInterval => Accuracy is { } accuracy ? Proportion.Wilson(Math.Min(accuracy * WeightSum, WeightSum), WeightSum) : null;

    /// <summary>The numbers that need only labels, for many images at once; log loss, Brier and calibration are null, top-k beyond 1 is not known.</summary>
    /// <param name="truth">Class indices, 0 to class count − 1.</param>
    /// <param name="predicted">As many class indices.</param>
    /// <param name="classCount">How many classes, at least 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or an index is out of range.</exception>
    public static ClassificationReport FromLabels(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classCount) => LabelCounts.Report(truth, predicted, classCount);

    /// <summary>Mean over classes under the chosen policy for undefined ones.</summary>
    public PrecisionRecallF1 MacroWith(UndefinedClasses undefined) => new(Mean(c => c.Precision, undefined), Mean(c => c.Recall, undefined), Mean(c => c.F1, undefined));

    /// <summary>Mean of one number over classes under the chosen policy for undefined ones; null where no class remains.</summary>
    public double? Mean(Func<ClassReport, double?> number, UndefinedClasses undefined)
    {
        double sum = 0;
        int count = 0;
        foreach (ClassReport one in PerClass)
        {
            double? value = number(one);
            if (value is null && (undefined == UndefinedClasses.Skip || (undefined == UndefinedClasses.ZeroWherePresent && !one.IsPresent)))
            {
                continue;
            }

            sum += value ?? 0;
            count++;
        }

        return count == 0 ? null : sum / count;
    }

    private double? WeightedMean(Func<ClassReport, double?> number) =>
        WeightSum > 0 ? PerClass.Sum(c => c.Support * (number(c) ?? 0)) / WeightSum : null;

    private double? ShareBelow(double[] ranks, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        double sum = 0;
        for (int r = 0; r < Math.Min(k, ranks.Length); r++)
        {
            sum += ranks[r];
        }

        return WeightSum > 0 ? sum / WeightSum : null;
    }
}
