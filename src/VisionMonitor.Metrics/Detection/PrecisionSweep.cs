using System.Numerics;

namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// cocoeval.py's accumulate, weighted: down the sorted predictions of each class, cumulating right and wrong in every plane at once.
/// A precision can only peak, and a recall only rise, where a prediction is right; so only those points are kept.
/// </summary>
internal sealed class PrecisionSweep(MatchPlan plan, RankedPredictions ranked, double[] weightOf)
{
    /// <summary>np.spacing(1), which pycocotools adds to the denominator: a lone hit has a precision just below 1.</summary>
    private const double Spacing = 2.220446049250313e-16;

    private readonly double[] _truths = ranked.WeightedTruths(plan, weightOf);
    private readonly int[] _offsets = new int[plan.PlaneCount + 1];
    private readonly int[] _used = new int[plan.PlaneCount];
    private readonly double[] _right = new double[plan.PlaneCount];
    private readonly double[] _wrongPart = new double[plan.PlaneCount];
    private readonly double[] _wrongWhole = new double[plan.AreaCount];
    private double[] _recalls = [];
    private double[] _precisions = [];
    private int[] _places = [];

    /// <summary>Fills the accumulation; where it is brief, numbers of detections whose precision no report reads get their recall only.</summary>
    public void Run(DetectionAccumulation into)
    {
        for (int c = 0; c < plan.ClassCount; c++)
        {
            for (int p = 0; p < plan.PlaneCount; p++)
            {
                _offsets[p + 1] = _offsets[p] + ranked.RightCounts[(c * plan.PlaneCount) + p];
            }

            if (_recalls.Length < _offsets[^1])
            {
                _recalls = new double[_offsets[^1]];
                _precisions = new double[_offsets[^1]];
                _places = new int[_offsets[^1]];
            }

            for (int m = 0; m < plan.MaxDetections.Length; m++)
            {
                if (into.IsBrief && !plan.NeedsPrecision(m))
                {
                    ReadRecalls(into, c, m);
                    continue;
                }

                int first = Sweep(c, plan.MaxDetections[m]);
                for (int p = 0; p < plan.PlaneCount; p++)
                {
                    Read(into, c, m, p, first);
                }
            }
        }
    }

    /// <summary>Returns the place of the first prediction that takes part, −1 when there is none.</summary>
    private int Sweep(int classIndex, int limit)
    {
        Array.Clear(_used);
        Array.Clear(_right);
        Array.Clear(_wrongPart);
        Array.Clear(_wrongWhole);
        int first = -1, mixed = ranked.MixedStarts[classIndex];
        for (int i = ranked.Starts[classIndex]; i < ranked.Starts[classIndex + 1]; i++)
        {
            uint pattern = ranked.Patterns[i];
            int own = mixed;
            mixed += pattern == RankedPredictions.Mixed ? 1 : 0;
            if (ranked.Ranks[i] >= limit)
            {
                continue;
            }

            first = first < 0 ? i : first;
            double weight = weightOf[ranked.Images[i]];
            if (pattern == RankedPredictions.Mixed)
            {
                Count(i, own, weight, classIndex);
                continue;
            }

            for (; pattern != 0; pattern &= pattern - 1)
            {
                _wrongWhole[BitOperations.TrailingZeroCount(pattern)] += weight;
            }
        }

        return first;
    }

    private void ReadRecalls(DetectionAccumulation into, int classIndex, int m)
    {
        Array.Clear(_right);
        int limit = plan.MaxDetections[m];
        for (int mixed = ranked.MixedStarts[classIndex]; mixed < ranked.MixedStarts[classIndex + 1]; mixed++)
        {
            int i = ranked.MixedPlaces[mixed];
            double weight = ranked.Ranks[i] < limit ? weightOf[ranked.Images[i]] : 0;
            for (int w = 0; weight > 0 && w < plan.WordCount; w++)
            {
                for (ulong rest = ranked.Right[(mixed * plan.WordCount) + w]; rest != 0; rest &= rest - 1)
                {
                    _right[(w * 64) + BitOperations.TrailingZeroCount(rest)] += weight;
                }
            }
        }

        for (int p = 0; p < plan.PlaneCount; p++)
        {
            double truths = _truths[(classIndex * plan.AreaCount) + (p / plan.ThresholdCount)];
            into.Recall[into.Point(classIndex, m, p / plan.ThresholdCount, p % plan.ThresholdCount)] = truths > 0 ? _right[p] / truths : -1;
        }
    }

    private void Count(int i, int mixed, double weight, int classIndex)
    {
        int[] areaOf = plan.AreaOf;
        for (int w = 0; w < plan.WordCount; w++)
        {
            for (ulong rest = ranked.Right[(mixed * plan.WordCount) + w]; rest != 0; rest &= rest - 1)
            {
                int p = (w * 64) + BitOperations.TrailingZeroCount(rest);
                int area = areaOf[p];
                double right = _right[p] += weight;
                int at = _offsets[p] + _used[p]++;
                _recalls[at] = right / _truths[(classIndex * plan.AreaCount) + area];
                _precisions[at] = right / (_wrongWhole[area] + _wrongPart[p] + right + Spacing);
                _places[at] = i;
            }

            for (ulong rest = ranked.Wrong[(mixed * plan.WordCount) + w]; rest != 0; rest &= rest - 1)
            {
                _wrongPart[(w * 64) + BitOperations.TrailingZeroCount(rest)] += weight;
            }
        }
    }

    /// <summary>The envelope from the right, read at the recall points (numpy's searchsorted, side left).</summary>
    private void Read(DetectionAccumulation into, int classIndex, int m, int plane, int first)
    {
        double[] points = plan.RecallPoints;
        int area = plane / plan.ThresholdCount, threshold = plane % plan.ThresholdCount, point = into.Point(classIndex, m, area, threshold), curve = into.Curve(classIndex, area, threshold);
        Span<double> precision = into.Precision[m].AsSpan(curve, points.Length);
        Span<double> confidence = into.IsBrief ? [] : into.Confidence[m].AsSpan(curve, points.Length);
        if (!(_truths[(classIndex * plan.AreaCount) + area] > 0))
        {
            into.Recall[point] = -1;
            for (int r = 0; r < precision.Length; r++)
            {
                precision[r] = -1;
            }

            precision[..confidence.Length].CopyTo(confidence);
            return;
        }

        int used = _used[plane], at = 0;
        Span<double> recalls = _recalls.AsSpan(_offsets[plane], used), peaks = _precisions.AsSpan(_offsets[plane], used);
        into.Recall[point] = used == 0 ? 0 : recalls[^1];
        for (int i = used - 1; i > 0; i--)
        {
            if (peaks[i] > peaks[i - 1])
            {
                peaks[i - 1] = peaks[i];
            }
        }

        for (int r = 0; r < points.Length; r++)
        {
            double wanted = points[r];
            if (r > 0 && wanted < points[r - 1])
            {
                at = 0;
            }

            while (at < used && recalls[at] < wanted)
            {
                at++;
            }

            precision[r] = at < used ? peaks[at] : 0;
            if (!confidence.IsEmpty)
            {
                // At recall 0 the reference reads the very first prediction, even one that is wrong or ignored.
                bool isFirst = !(wanted > 0) && first >= 0;
                confidence[r] = isFirst ? ranked.Confidences[first] : at < used ? ranked.Confidences[_places[_offsets[plane] + at]] : 0;
            }
        }
    }
}
