namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The options, checked and laid out for the inner loops. A "plane" is one (area range, threshold) pair, numbered
/// area × thresholds + threshold; a prediction's outcome in every plane is one bit in a few words.
/// </summary>
internal sealed class MatchPlan
{
    public MatchPlan(DetectionOptions options, int classCount, MatchRule rule = MatchRule.Coco)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(classCount);
        RequireFinite(options.OverlapThresholds, nameof(options.OverlapThresholds));
        RequireFinite(options.RecallThresholds, nameof(options.RecallThresholds));
        if (options.AreaRanges.Count == 0 || options.MaxDetections.Count == 0)
        {
            throw new ArgumentException("At least one area range and one number of detections are needed.", nameof(options));
        }

        Options = options;
        Rule = rule;
        SourceClassCount = Math.Max(1, classCount);
        ClassCount = options.IsClassAgnostic ? 1 : classCount;
        ThresholdCount = options.OverlapThresholds.Count;
        AreaCount = options.AreaRanges.Count;
        MaxDetections = [.. options.MaxDetections];
        Array.Sort(MaxDetections);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDetections[0], nameof(options.MaxDetections));
        // pycocotools: a threshold of 1 is reached by an IoU of 1 in spite of rounding.
        Thresholds = Numbers(ThresholdCount, t => Math.Min(options.OverlapThresholds[t], 1 - 1e-10));
        LowestThreshold = double.PositiveInfinity;
        foreach (double threshold in Thresholds)
        {
            LowestThreshold = Math.Min(LowestThreshold, threshold);
        }

        WordCount = ((AreaCount * ThresholdCount) + 63) / 64;
        AreaMasks = new ulong[AreaCount * WordCount];
        AreaOf = new int[AreaCount * ThresholdCount];
        for (int plane = 0; plane < AreaCount * ThresholdCount; plane++)
        {
            AreaOf[plane] = plane / ThresholdCount;
            AreaMasks[(plane / ThresholdCount * WordCount) + (plane >> 6)] |= 1UL << plane;
        }

        AreaLowers = Numbers(AreaCount, a => options.AreaRanges[a].LowerPixels);
        AreaUppers = Numbers(AreaCount, a => options.AreaRanges[a].UpperPixels);
        RecallPoints = Numbers(options.RecallThresholds.Count, r => options.RecallThresholds[r]);
        OutcomePlane = Math.Max(0, IndexOf(0.5));
        Fingerprint = MakeFingerprint();
    }

    public DetectionOptions Options { get; }

    public MatchRule Rule { get; }

    /// <summary>Classes in the report: 1 when predictions may match any class.</summary>
    public int ClassCount { get; }

    /// <summary>Classes in the input.</summary>
    public int SourceClassCount { get; }

    public int ThresholdCount { get; }

    public int AreaCount { get; }

    public int PlaneCount => AreaCount * ThresholdCount;

    public int WordCount { get; }

    /// <summary>Ascending.</summary>
    public int[] MaxDetections { get; }

    public double[] Thresholds { get; }

    public double LowestThreshold { get; }

    public double[] AreaLowers { get; }

    public double[] AreaUppers { get; }

    public double[] RecallPoints { get; }

    /// <summary>[area × words]: the planes of each area.</summary>
    public ulong[] AreaMasks { get; }

    /// <summary>The area of each plane: a division that the inner loops do without.</summary>
    public int[] AreaOf { get; }

    /// <summary>The plane of the first area at threshold .5, or at the first threshold when .5 is not asked.</summary>
    public int OutcomePlane { get; }

    /// <summary>Evidence made under another fingerprint cannot be summarized together.</summary>
    public uint Fingerprint { get; }

    /// <summary>Whether a report reads precisions at this number of detections: at the last, and where pycocotools does (100, and the third).</summary>
    public bool NeedsPrecision(int detections) => detections == MaxDetections.Length - 1 || detections == 2 || MaxDetections[detections] is 100 or 20;

    /// <summary>Index of a threshold as it was asked for, −1 when it was not.</summary>
    public int IndexOf(double threshold)
    {
        for (int t = 0; t < ThresholdCount; t++)
        {
            if (Options.OverlapThresholds[t] == threshold)
            {
                return t;
            }
        }

        return -1;
    }

    /// <summary>Index of the size of a name, −1 where there is none.</summary>
    public int IndexOfArea(string name)
    {
        for (int a = 0; a < AreaCount; a++)
        {
            if (Options.AreaRanges[a].Name == name)
            {
                return a;
            }
        }

        return -1;
    }

    private static void RequireFinite(IReadOnlyList<double> values, string name)
    {
        bool isFinite = values.Count > 0;
        for (int i = 0; i < values.Count; i++)
        {
            isFinite &= double.IsFinite(values[i]);
        }

        if (!isFinite)
        {
            throw new ArgumentException("At least one threshold is needed, and each must be finite.", name);
        }
    }

    /// <summary>A loop, not LINQ: over numbers that is compiled when a command starts, at a millisecond for each operator.</summary>
    private static double[] Numbers(int count, Func<int, double> valueOf)
    {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = valueOf(i);
        }

        return numbers;
    }

    private uint MakeFingerprint()
    {
        uint hash = 2166136261;
        void Mix(long value)
        {
            for (int shift = 0; shift < 64; shift += 8)
            {
                hash = (hash ^ (byte)(value >> shift)) * 16777619;
            }
        }

        Mix((Options.IsClassAgnostic ? 1 : 0) + (2 * (int)Rule));
        Mix(MaxDetections[^1]);
        foreach (double threshold in Options.OverlapThresholds)
        {
            Mix(BitConverter.DoubleToInt64Bits(threshold));
        }

        foreach (AreaRange range in Options.AreaRanges)
        {
            Mix(BitConverter.DoubleToInt64Bits(range.LowerPixels));
            Mix(BitConverter.DoubleToInt64Bits(range.UpperPixels));
        }

        return hash;
    }
}

/// <summary>How predictions find their objects.</summary>
internal enum MatchRule
{
    /// <summary>The best object that is still free; the later on equal overlap.</summary>
    Coco,

    /// <summary>The best object; when it is taken the prediction is wrong, even if another would do; the earlier on equal overlap.</summary>
    PascalVoc,
}
