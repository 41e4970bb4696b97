namespace VisionMonitor.Metrics.Segmentation;

/// <summary>The numbers of a weighted set of segmented images; <see langword="null"/> where one is undefined.</summary>
/// <remarks>How a class whose number is 0/0 counts in the means is <see cref="AbsentClasses"/>; its own number stays null. A class that was only predicted has IoU 0 and counts: compare versions over the same classes (<see cref="MeanOver"/>).</remarks>
public sealed record SemanticReport
{
    /// <summary>Images with a weight above 0.</summary>
    public required long ImageCount { get; init; }

    /// <summary>One entry per class, in class order.</summary>
    public required IReadOnlyList<SemanticClassReport> PerClass { get; init; }

    /// <summary>(Classes + 1) × (classes + 1), row-major, weighted pixels; rows are the truth; the last row and column hold labels out of range.</summary>
    public required IReadOnlyList<double> Confusion { get; init; }

    /// <summary>Weighted pixels that count: not ignored, truth in range.</summary>
    public required double ValidPixels { get; init; }

    /// <summary>Weighted pixels whose truth label is neither a class nor ignored; they were dropped.</summary>
    public required double TruthOutOfRangePixels { get; init; }

    /// <summary>Weighted valid pixels whose predicted label is no class; they count as missed.</summary>
    public required double PredictedOutOfRangePixels { get; init; }

    /// <summary>Share of valid pixels that are right (aAcc), 0 to 1.</summary>
    public required double? PixelAccuracy { get; init; }

    /// <summary>IoU weighted by the class's share of the truth (fwIoU), 0 to 1.</summary>
    public required double? FrequencyWeightedIntersectionOverUnion { get; init; }

    /// <summary>The weighted mean over images of each image's own mIoU: another number than mIoU, and often far from it.</summary>
    public required double? ImageMeanIntersectionOverUnion { get; init; }

    /// <summary>How a class whose number is 0/0 counts in the means over classes.</summary>
    public AbsentClasses AbsentClasses { get; init; }

    /// <summary>How many classes the mIoU is a mean of: compare two of them only where this is the same.</summary>
    public int MeanClassCount => AbsentClasses == AbsentClasses.Skip ? PerClass.Count(c => c.IntersectionOverUnion is not null) : PerClass.Count;

    /// <summary>mIoU: mean over classes of the pooled IoU, 0 to 1.</summary>
    public double? MeanIntersectionOverUnion => Mean(c => c.IntersectionOverUnion);

    /// <summary>mAcc: mean over classes of the share of their pixels that are right, 0 to 1.</summary>
    public double? MeanAccuracy => Mean(c => c.Accuracy);

    /// <summary>Mean over classes of precision, 0 to 1.</summary>
    public double? MeanPrecision => Mean(c => c.Precision);

    /// <summary>Mean over classes of the Dice coefficient, 0 to 1.</summary>
    public double? MeanDice => Mean(c => c.Dice);

    /// <summary>Mean over classes of boundary IoU; null where boundaries were not asked for.</summary>
    public double? MeanBoundaryIntersectionOverUnion => PerClass.Any(c => c.BoundaryUnion > 0) ? Mean(c => c.BoundaryIntersectionOverUnion) : null;

    /// <summary>mIoU over the given classes only, so that two versions are compared over the same set.</summary>
    public double? MeanOver(IReadOnlySet<int> classes) => Mean(c => c.IntersectionOverUnion, classes);

    private double? Mean(Func<SemanticClassReport, double?> number, IReadOnlySet<int>? classes = null)
    {
        double? absent = AbsentClasses switch { AbsentClasses.Zero => 0, AbsentClasses.One => 1, _ => null };
        double sum = 0;
        int count = 0;
        foreach (SemanticClassReport one in PerClass)
        {
            if ((classes is null || classes.Contains(one.ClassIndex)) && (number(one) ?? absent) is { } value)
            {
                sum += value;
                count++;
            }
        }

        return count == 0 ? null : sum / count;
    }
}

/// <summary>The numbers of one class, from weighted pixels.</summary>
/// <param name="ClassIndex">The class, counted from 0.</param>
/// <param name="TruePositives">Pixels of the class that were predicted so.</param>
/// <param name="TruthPixels">Valid pixels of the class.</param>
/// <param name="PredictedPixels">Valid pixels predicted as the class.</param>
/// <param name="BoundaryIntersection">Boundary pixels of the class in both maps.</param>
/// <param name="BoundaryUnion">Boundary pixels of the class in either map.</param>
public sealed record SemanticClassReport(int ClassIndex, double TruePositives, double TruthPixels, double PredictedPixels, double BoundaryIntersection, double BoundaryUnion)
{
    /// <summary>0 to 1; null where the class is in neither map.</summary>
    public double? IntersectionOverUnion => Ratio(TruePositives, TruthPixels + PredictedPixels - TruePositives);

    /// <summary>Share of the class's pixels that are right (recall), 0 to 1; null where it has none.</summary>
    public double? Accuracy => Ratio(TruePositives, TruthPixels);

    /// <summary>Share of the pixels predicted as the class that are right, 0 to 1; null where there are none.</summary>
    public double? Precision => Ratio(TruePositives, PredictedPixels);

    /// <summary>2·TP / (truth + predicted), 0 to 1.</summary>
    public double? Dice => Ratio(2 * TruePositives, TruthPixels + PredictedPixels);

    /// <summary>Boundary IoU, 0 to 1; null without boundary pixels.</summary>
    public double? BoundaryIntersectionOverUnion => Ratio(BoundaryIntersection, BoundaryUnion);

    private static double? Ratio(double part, double whole) => whole > 0 ? part / whole : null;
}
