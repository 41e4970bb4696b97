namespace VisionMonitor.Metrics.Classification;

/// <summary>The numbers of one class; <see langword="null"/> where one is undefined.</summary>
/// <param name="ClassIndex">The class, counted from 0.</param>
/// <param name="TruePositives">Weight of the images that are of this class and were predicted so.</param>
/// <param name="Support">Weight of the images labelled as this class.</param>
/// <param name="Predicted">Weight of the images predicted as this class.</param>
/// <param name="Top5Recall">Share of the images of this class that have it among the first five.</param>
/// <param name="RocAuc">One-vs-rest area under the ROC curve; null without a positive or without a negative, or where probabilities were not kept.</param>
/// <param name="AveragePrecision">One-vs-rest Σ(Rᵢ − Rᵢ₋₁)Pᵢ over distinct scores; null without a positive, or where probabilities were not kept.</param>
public sealed record ClassReport(int ClassIndex, double TruePositives, double Support, double Predicted, double? Top5Recall, double? RocAuc, double? AveragePrecision)
{
    /// <summary>Share of the predictions of this class that are right, 0 to 1; null when it was never predicted.</summary>
    public double? Precision => Ratios.Precision;

    /// <summary>Share of the images of this class that were predicted so, 0 to 1; null when there is none.</summary>
    public double? Recall => Ratios.Recall;

    /// <summary>2·TP / (support + predicted), 0 to 1; null when the class neither occurs nor was predicted.</summary>
    public double? F1 => Ratios.F1;

    /// <summary>Intersection over union of the two sets of images, 0 to 1.</summary>
    public double? Jaccard => Ratio(TruePositives, Support + Predicted - TruePositives);

    /// <summary>Whether an image is labelled or predicted as this class.</summary>
    public bool IsPresent => Support > 0 || Predicted > 0;

    /// <summary>The F-measure that weighs recall <paramref name="beta"/> times as much as precision.</summary>
    public double? FBeta(double beta) => Ratio((1 + (beta * beta)) * TruePositives, (beta * beta * Support) + Predicted);

    private PrecisionRecallF1 Ratios => PrecisionRecallF1.Of(TruePositives, Support, Predicted);

    private static double? Ratio(double part, double whole) => whole > 0 ? part / whole : null;
}
