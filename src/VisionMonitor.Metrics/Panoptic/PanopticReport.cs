namespace VisionMonitor.Metrics.Panoptic;

/// <summary>The numbers of a weighted set of images.</summary>
/// <param name="ImageCount">Images with a weight above 0.</param>
/// <param name="PerClass">One entry per category, in the order given.</param>
/// <param name="AreaMismatchCount">Truth segments whose area in the JSON is not their number of pixels.</param>
public sealed record PanopticReport(long ImageCount, IReadOnlyList<PanopticClassReport> PerClass, long AreaMismatchCount)
{
    /// <summary>Means over all categories that occur.</summary>
    public PanopticMean All => Mean(_ => true);

    /// <summary>Means over things.</summary>
    public PanopticMean Things => Mean(c => c.Category.IsThing);

    /// <summary>Means over stuff.</summary>
    public PanopticMean Stuff => Mean(c => !c.Category.IsThing);

    private PanopticMean Mean(Func<PanopticClassReport, bool> isIncluded)
    {
        double pq = 0, sq = 0, rq = 0;
        int count = 0;
        foreach (PanopticClassReport one in PerClass)
        {
            if (isIncluded(one) && one.PanopticQuality is { } quality)
            {
                pq += quality;
                sq += one.SegmentationQuality!.Value;
                rq += one.RecognitionQuality!.Value;
                count++;
            }
        }

        return count == 0 ? new PanopticMean(null, null, null, 0) : new PanopticMean(pq / count, sq / count, rq / count, count);
    }
}

/// <summary>Means over categories; mean PQ is not the product of mean SQ and mean RQ.</summary>
/// <param name="PanopticQuality">0 to 1; null where no category of the group occurs.</param>
/// <param name="SegmentationQuality">0 to 1, with 0 for a category that has no match.</param>
/// <param name="RecognitionQuality">0 to 1.</param>
/// <param name="CategoryCount">How many categories the means are over.</param>
public readonly record struct PanopticMean(double? PanopticQuality, double? SegmentationQuality, double? RecognitionQuality, int CategoryCount);

/// <summary>The numbers of one category; all three are null where it neither occurs nor is predicted.</summary>
/// <param name="Category">The category.</param>
/// <param name="TruePositives">Weighted matched segments.</param>
/// <param name="FalsePositives">Weighted predicted segments without a match.</param>
/// <param name="FalseNegatives">Weighted truth segments without a match.</param>
/// <param name="IouSum">Weighted sum of the IoU of matched segments.</param>
public sealed record PanopticClassReport(PanopticCategory Category, double TruePositives, double FalsePositives, double FalseNegatives, double IouSum)
{
    /// <summary>Σ IoU / (TP + ½FP + ½FN), 0 to 1.</summary>
    public double? PanopticQuality => Weight > 0 ? IouSum / Weight : null;

    /// <summary>Mean IoU of matched segments, 0 to 1; 0 without a match.</summary>
    public double? SegmentationQuality => Weight > 0 ? (TruePositives > 0 ? IouSum / TruePositives : 0) : null;

    /// <summary>TP / (TP + ½FP + ½FN), 0 to 1.</summary>
    public double? RecognitionQuality => Weight > 0 ? TruePositives / Weight : null;

    private double Weight => TruePositives + (0.5 * FalsePositives) + (0.5 * FalseNegatives);
}
