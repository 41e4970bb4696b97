namespace VisionMonitor.Metrics.Detection;

/// <summary>What a detection evaluation asks. The defaults are COCO's.</summary>
public sealed record DetectionOptions
{
    /// <summary>COCO's ten thresholds, .5 to .95, with the very bits of numpy's linspace (index 8 is 0.8999999999999999).</summary>
    public static IReadOnlyList<double> CocoOverlapThresholds { get; } = Steps(10, k => k == 9 ? 0.95 : (k * ((0.95 - 0.5) / 9)) + 0.5);

    /// <summary>COCO's 101 recall points with the very bits of numpy's linspace (0.35 is 0.35000000000000003).</summary>
    public static IReadOnlyList<double> CocoRecallThresholds { get; } = Steps(101, k => k == 100 ? 1.0 : k * 0.01);

    /// <summary>Overlaps (IoU, or OKS) from which a prediction matches, 0 to 1.</summary>
    public IReadOnlyList<double> OverlapThresholds { get; init; } = CocoOverlapThresholds;

    /// <summary>Recall points at which the precision is read, 0 to 1.</summary>
    public IReadOnlyList<double> RecallThresholds { get; init; } = CocoRecallThresholds;

    /// <summary>Object sizes; the first is the one of the headline numbers.</summary>
    public IReadOnlyList<AreaRange> AreaRanges { get; init; } = [AreaRange.All, AreaRange.Small, AreaRange.Medium, AreaRange.Large];

    /// <summary>How many predictions per image and class count, ascending; the last is the one of the headline numbers.</summary>
    public IReadOnlyList<int> MaxDetections { get; init; } = [1, 10, 100];

    /// <summary>Whether a prediction may match an object of any class; there is then one class, index 0.</summary>
    public bool IsClassAgnostic { get; init; }

    /// <summary>
    /// Whether <see cref="DetectionEvidence"/> keeps the overlaps across classes, from which the confusion matrix and the error breakdown
    /// are made. Costs some bytes per prediction.
    /// </summary>
    public bool KeepsPairs { get; init; } = true;

    /// <summary>Overlap below which a pair is not kept, 0 to 1: TIDE calls less than 0.1 background.</summary>
    public double PairThreshold { get; init; } = 0.1;

    private static double[] Steps(int count, Func<int, double> valueOf)
    {
        double[] steps = new double[count];
        for (int k = 0; k < count; k++)
        {
            steps[k] = valueOf(k);
        }

        return steps;
    }
}
