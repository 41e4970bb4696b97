namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The full precision, recall and confidence arrays of a weighted set of images. Axes: thresholds T, recall points R, classes K,
/// area ranges A, numbers of detections M. As in pycocotools −1 stands for "undefined" here, and only here.
/// </summary>
internal sealed class DetectionAccumulation(MatchPlan plan)
{
    private readonly int _recallCount = plan.Options.RecallThresholds.Count;

    /// <summary>[K, M, A, T, R]: the order in which the sweep writes.</summary>
    public double[] Precision { get; } = new double[plan.ClassCount * plan.MaxDetections.Length * plan.PlaneCount * plan.Options.RecallThresholds.Count];

    /// <summary>[K, M, A, T, R]: confidence at which each precision is reached; empty unless asked for.</summary>
    public double[] Confidence { get; init; } = [];

    /// <summary>Whether precisions that no report reads were left out (they are 0).</summary>
    public bool IsBrief { get; init; }

    /// <summary>[K, M, A, T].</summary>
    public double[] Recall { get; } = new double[plan.ClassCount * plan.MaxDetections.Length * plan.PlaneCount];

    public MatchPlan Plan => plan;

    /// <summary>Index of one curve in <see cref="Recall"/>; times the recall points, its start in <see cref="Precision"/>.</summary>
    public int Curve(int classIndex, int detections, int area, int threshold) =>
        ((((classIndex * plan.MaxDetections.Length) + detections) * plan.AreaCount + area) * plan.ThresholdCount) + threshold;

    public ReadOnlySpan<double> CurveOf(int classIndex, int detections, int area, int threshold) =>
        Precision.AsSpan(Curve(classIndex, detections, area, threshold) * _recallCount, _recallCount);

    /// <summary>Mean of the defined precisions over thresholds (all, or those equal to one), recall points and classes.</summary>
    public double? MeanPrecision(double? threshold, int area, int detections)
    {
        if (area < 0 || detections < 0)
        {
            return null;
        }

        // The order [T, R, K] is that of the reference: the last digits of a sum depend on it.
        var defined = new List<double>(plan.ThresholdCount * _recallCount * plan.ClassCount);
        for (int t = 0; t < plan.ThresholdCount; t++)
        {
            if (threshold is null || plan.Options.OverlapThresholds[t] == threshold)
            {
                for (int r = 0; r < _recallCount; r++)
                {
                    for (int k = 0; k < plan.ClassCount; k++)
                    {
                        double value = Precision[(Curve(k, detections, area, t) * _recallCount) + r];
                        if (value > -1)
                        {
                            defined.Add(value);
                        }
                    }
                }
            }
        }

        return PairwiseSum.Mean(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(defined));
    }

    /// <summary>Mean of the defined recalls over thresholds and classes.</summary>
    public double? MeanRecall(int area, int detections, double? threshold = null)
    {
        if (area < 0 || detections < 0)
        {
            return null;
        }

        var defined = new List<double>();
        for (int t = 0; t < plan.ThresholdCount; t++)
        {
            for (int k = 0; k < plan.ClassCount && (threshold is null || plan.Options.OverlapThresholds[t] == threshold); k++)
            {
                double value = Recall[Curve(k, detections, area, t)];
                if (value > -1)
                {
                    defined.Add(value);
                }
            }
        }

        return PairwiseSum.Mean(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(defined));
    }

    /// <summary>One class's mean precision over thresholds (all, or those equal to one) and recall points.</summary>
    public double? ClassPrecision(int classIndex, double? threshold, int area, int detections)
    {
        if (threshold is null)
        {
            return Defined(Precision.AsSpan(Curve(classIndex, detections, area, 0) * _recallCount, plan.ThresholdCount * _recallCount));
        }

        int t = plan.Options.OverlapThresholds.ToList().IndexOf(threshold.Value);
        return t < 0 ? null : Defined(CurveOf(classIndex, detections, area, t));
    }

    /// <summary>One class's mean recall over thresholds.</summary>
    public double? ClassRecall(int classIndex, int area, int detections) =>
        Defined(Recall.AsSpan(Curve(classIndex, detections, area, 0), plan.ThresholdCount));

    /// <summary>Of one class and size either all values are defined or none.</summary>
    private static double? Defined(ReadOnlySpan<double> values) => values[0] > -1 ? PairwiseSum.Mean(values) : null;
}
