namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The full precision, recall and confidence arrays of a weighted set of images. Axes: thresholds T, recall points R, classes K,
/// area ranges A, numbers of detections M. As in pycocotools −1 stands for "undefined" here, and only here.
/// </summary>
internal sealed class DetectionAccumulation
{
    private readonly MatchPlan _plan;
    private readonly int _recallCount;

    /// <summary>What a mean is taken of: one mean after the other uses it.</summary>
    private double[] _defined = [];

    /// <summary>Arrays to be filled.</summary>
    /// <param name="plan">Their axes.</param>
    /// <param name="isBrief">Whether confidences, and precisions that no report reads, are left out.</param>
    public DetectionAccumulation(MatchPlan plan, bool isBrief)
    {
        (_plan, _recallCount, IsBrief) = (plan, plan.RecallPoints.Length, isBrief);
        Recall = new double[plan.ClassCount * plan.MaxDetections.Length * plan.PlaneCount];
        Precision = new double[plan.MaxDetections.Length][];
        Confidence = new double[plan.MaxDetections.Length][];
        int length = plan.ClassCount * plan.PlaneCount * _recallCount;
        for (int m = 0; m < Precision.Length; m++)
        {
            Precision[m] = isBrief && !plan.NeedsPrecision(m) ? [] : new double[length];
            Confidence[m] = isBrief ? [] : new double[length];
        }
    }

    /// <summary>By number of detections [K, A, T, R]: the order in which the sweep writes. Empty where it was left out.</summary>
    public double[][] Precision { get; }

    /// <summary>The confidences at which each precision is reached, as <see cref="Precision"/>.</summary>
    public double[][] Confidence { get; }

    /// <summary>Whether confidences, and precisions that no report reads, were left out.</summary>
    public bool IsBrief { get; }

    /// <summary>[K, M, A, T].</summary>
    public double[] Recall { get; }

    public MatchPlan Plan => _plan;

    /// <summary>Index of one class, number of detections, size and threshold in <see cref="Recall"/>.</summary>
    public int Point(int classIndex, int detections, int area, int threshold) =>
        ((((classIndex * _plan.MaxDetections.Length) + detections) * _plan.AreaCount + area) * _plan.ThresholdCount) + threshold;

    /// <summary>Where one curve begins in an array of <see cref="Precision"/>; those of the next thresholds follow.</summary>
    public int Curve(int classIndex, int area, int threshold) => ((((classIndex * _plan.AreaCount) + area) * _plan.ThresholdCount) + threshold) * _recallCount;

    /// <summary>Mean of the defined precisions over thresholds (all, or those equal to one), recall points and classes.</summary>
    public double? MeanPrecision(double? threshold, int area, int detections)
    {
        if (area < 0 || detections < 0)
        {
            return null;
        }

        double[] precision = Precision[detections];
        Reserve(_plan.ThresholdCount * _recallCount * _plan.ClassCount);
        int count = 0;

        // The order [T, R, K] is that of the reference: the last digits of a sum depend on it.
        for (int t = 0; t < _plan.ThresholdCount; t++)
        {
            for (int r = 0; r < _recallCount && (threshold is null || _plan.Options.OverlapThresholds[t] == threshold); r++)
            {
                for (int k = 0; k < _plan.ClassCount; k++)
                {
                    double value = precision[Curve(k, area, t) + r];
                    _defined[count] = value;
                    count += value > -1 ? 1 : 0;
                }
            }
        }

        return PairwiseSum.Mean(_defined.AsSpan(0, count));
    }

    /// <summary>Mean of the defined recalls over thresholds and classes.</summary>
    public double? MeanRecall(int area, int detections, double? threshold = null)
    {
        if (area < 0 || detections < 0)
        {
            return null;
        }

        Reserve(_plan.ThresholdCount * _plan.ClassCount);
        int count = 0;
        for (int t = 0; t < _plan.ThresholdCount; t++)
        {
            for (int k = 0; k < _plan.ClassCount && (threshold is null || _plan.Options.OverlapThresholds[t] == threshold); k++)
            {
                double value = Recall[Point(k, detections, area, t)];
                _defined[count] = value;
                count += value > -1 ? 1 : 0;
            }
        }

        return PairwiseSum.Mean(_defined.AsSpan(0, count));
    }

    /// <summary>One class's mean precision over thresholds (all, or those equal to one) and recall points.</summary>
    public double? ClassPrecision(int classIndex, double? threshold, int area, int detections)
    {
        double[] precision = Precision[detections];
        if (threshold is null)
        {
            return Defined(precision.AsSpan(Curve(classIndex, area, 0), _plan.ThresholdCount * _recallCount));
        }

        int t = _plan.IndexOf(threshold.Value);
        return t < 0 ? null : Defined(precision.AsSpan(Curve(classIndex, area, t), _recallCount));
    }

    /// <summary>One class's mean recall over thresholds.</summary>
    public double? ClassRecall(int classIndex, int area, int detections) =>
        Defined(Recall.AsSpan(Point(classIndex, detections, area, 0), _plan.ThresholdCount));

    /// <summary>Of one class and size either all values are defined or none.</summary>
    private static double? Defined(ReadOnlySpan<double> values) => values[0] > -1 ? PairwiseSum.Mean(values) : null;

    private void Reserve(int count)
    {
        if (_defined.Length < count)
        {
            _defined = new double[count];
        }
    }
}
