using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The full arrays of an evaluation in pycocotools' order, and its list of numbers; −1 stands for "undefined", as there.</summary>
public sealed class CocoArrays
{
    private readonly DetectionAccumulation _accumulation;
    private readonly MatchPlan _plan;

    internal CocoArrays(DetectionAccumulation accumulation, CocoTask task, DetectionReport report)
    {
        (_accumulation, _plan) = (accumulation, accumulation.Plan);
        Report = report;
        Stats = task == CocoTask.Keypoints ? KeypointStats() : BoxStats();
    }

    /// <summary>The 12 numbers of summarize() (10 for keypoints), −1 where undefined.</summary>
    public IReadOnlyList<double> Stats { get; }

    /// <summary>The same numbers by name, with counts and best thresholds per class.</summary>
    public DetectionReport Report { get; }

    /// <summary>Whether predictions could match objects of any class.</summary>
    public bool IsClassAgnostic => _plan.Options.IsClassAgnostic;

    /// <summary>Lengths of the axes: thresholds, recall points, classes, area ranges, numbers of detections.</summary>
    public IReadOnlyList<int> Counts => [_plan.ThresholdCount, _plan.Options.RecallThresholds.Count, _plan.ClassCount, _plan.AreaCount, _plan.MaxDetections.Length];

    /// <summary>Precisions, [T, R, K, A, M].</summary>
    /// <exception cref="InvalidOperationException">The numbers are those of a weighted replicate, which keeps no full arrays.</exception>
    public double[] ToPrecision() => Transpose(_accumulation.Precision);

    /// <summary>Confidences at which each precision is reached, [T, R, K, A, M].</summary>
    /// <exception cref="InvalidOperationException">The numbers are those of a weighted replicate, which keeps no full arrays.</exception>
    public double[] ToScores() => Transpose(_accumulation.Confidence);

    /// <summary>Recalls, [T, K, A, M].</summary>
    public double[] ToRecall()
    {
        double[] recall = new double[_accumulation.Recall.Length];
        int at = 0;
        for (int t = 0; t < _plan.ThresholdCount; t++)
        {
            for (int k = 0; k < _plan.ClassCount; k++)
            {
                for (int a = 0; a < _plan.AreaCount; a++)
                {
                    for (int m = 0; m < _plan.MaxDetections.Length; m++)
                    {
                        recall[at++] = _accumulation.Recall[_accumulation.Point(k, m, a, t)];
                    }
                }
            }
        }

        return recall;
    }

    /// <summary>SHA-256 of the precision array as little-endian doubles, lower-case hex.</summary>
    public string PrecisionSha256() => HashTransposed(_accumulation.Precision);

    /// <summary>SHA-256 of the score array as little-endian doubles, lower-case hex.</summary>
    public string ScoresSha256() => HashTransposed(_accumulation.Confidence);

    /// <summary>SHA-256 of the recall array as little-endian doubles, lower-case hex.</summary>
    public string RecallSha256() => Hash(ToRecall());

    /// <summary>One class's mean precision in one area range at one number of detections; −1 where undefined.</summary>
    /// <param name="classIndex">Class, from 0.</param>
    /// <param name="threshold">One threshold, or <see langword="null"/> for all.</param>
    /// <param name="area">Area range, from 0.</param>
    /// <param name="detections">Index into the ascending numbers of detections.</param>
    public double ClassPrecision(int classIndex, double? threshold, int area, int detections) => _accumulation.ClassPrecision(classIndex, threshold, area, detections) ?? -1;

    /// <summary>One class's mean recall; −1 where undefined.</summary>
    public double ClassRecall(int classIndex, int area, int detections) => _accumulation.ClassRecall(classIndex, area, detections) ?? -1;

    private static string Hash(double[] values)
    {
        ToLittleEndian(values);
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
    }

    private static void ToLittleEndian(double[] values)
    {
        for (int i = 0; !BitConverter.IsLittleEndian && i < values.Length; i++)
        {
            values[i] = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToInt64Bits(values[i])));
        }
    }

    /// <summary>Threshold by threshold: the whole array in the other order is never in memory.</summary>
    private string HashTransposed(double[][] source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        double[] slice = new double[SliceLength];
        for (int t = 0; t < _plan.ThresholdCount; t++)
        {
            Transpose(source, t, slice);
            ToLittleEndian(slice);
            hash.AppendData(MemoryMarshal.AsBytes(slice.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Numbers of one threshold.</summary>
    private int SliceLength => _plan.RecallPoints.Length * _plan.ClassCount * _plan.AreaCount * _plan.MaxDetections.Length;

    private double[] Transpose(double[][] source)
    {
        int length = SliceLength;
        double[] target = new double[length * _plan.ThresholdCount];
        for (int t = 0; t < _plan.ThresholdCount; t++)
        {
            Transpose(source, t, target.AsSpan(t * length, length));
        }

        return target;
    }

    /// <summary>One threshold, from the sweep's [K, A, T, R] per number of detections to [R, K, A, M].</summary>
    private void Transpose(double[][] source, int threshold, Span<double> target)
    {
        if (_accumulation.IsBrief)
        {
            throw new InvalidOperationException("A weighted replicate keeps no full arrays: call Accumulate without weights.");
        }

        int recalls = _plan.RecallPoints.Length, inner = _plan.ClassCount * _plan.AreaCount * _plan.MaxDetections.Length;
        for (int k = 0; k < _plan.ClassCount; k++)
        {
            for (int a = 0; a < _plan.AreaCount; a++)
            {
                for (int m = 0; m < _plan.MaxDetections.Length; m++)
                {
                    ReadOnlySpan<double> curve = source[m].AsSpan(_accumulation.Curve(k, a, threshold), recalls);
                    int to = (((k * _plan.AreaCount) + a) * _plan.MaxDetections.Length) + m;
                    for (int r = 0; r < recalls; r++, to += inner)
                    {
                        target[to] = curve[r];
                    }
                }
            }
        }
    }

    private double[] BoxStats()
    {
        // AP is tied to 100 detections by the reference; the others take the third number, AR the first three.
        int third = Math.Min(2, _plan.MaxDetections.Length - 1);
        int hundred = Array.IndexOf(_plan.MaxDetections, 100);
        return
        [
            Precision(null, "all", hundred), Precision(0.5, "all", third), Precision(0.75, "all", third),
            Precision(null, "small", third), Precision(null, "medium", third), Precision(null, "large", third),
            Recall("all", 0), Recall("all", Math.Min(1, third)), Recall("all", third),
            Recall("small", third), Recall("medium", third), Recall("large", third),
        ];
    }

    private double[] KeypointStats()
    {
        int twenty = Array.IndexOf(_plan.MaxDetections, 20);
        return
        [
            Precision(null, "all", twenty), Precision(0.5, "all", twenty), Precision(0.75, "all", twenty), Precision(null, "medium", twenty), Precision(null, "large", twenty),
            Recall(null, "all", twenty), Recall(0.5, "all", twenty), Recall(0.75, "all", twenty), Recall(null, "medium", twenty), Recall(null, "large", twenty),
        ];
    }

    private double Precision(double? threshold, string area, int detections) => _accumulation.MeanPrecision(threshold, _plan.IndexOfArea(area), detections) ?? -1;

    private double Recall(string area, int detections) => Recall(null, area, detections);

    private double Recall(double? threshold, string area, int detections) => _accumulation.MeanRecall(_plan.IndexOfArea(area), detections, threshold) ?? -1;
}
