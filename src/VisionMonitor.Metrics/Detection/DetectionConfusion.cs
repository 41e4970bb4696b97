namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// Which class is taken for which, with the background: rows are the truth (the last row: predictions on background), columns the prediction
/// (the last column: missed objects). One-to-one per image: pairs of the right class first, then by falling overlap. Crowds are left out, and so
/// is an unmatched prediction inside one.
/// </summary>
public sealed class DetectionConfusion
{
    private readonly double[] _counts;

    private DetectionConfusion(int classCount)
    {
        ClassCount = classCount;
        _counts = new double[(classCount + 1) * (classCount + 1)];
    }

    /// <summary>Classes, without the background, which has this index.</summary>
    public int ClassCount { get; }

    /// <summary>Weighted number of objects of a true class (or background) predicted as a class (or missed).</summary>
    /// <param name="truthClass">0 to <see cref="ClassCount"/>; the last is the background.</param>
    /// <param name="predictedClass">0 to <see cref="ClassCount"/>; the last is "missed".</param>
    public double this[int truthClass, int predictedClass] => _counts[(truthClass * (ClassCount + 1)) + predictedClass];

    /// <summary>All counts, row-major, (classes + 1) × (classes + 1).</summary>
    public ReadOnlySpan<double> Counts => _counts;

    /// <summary>The matrix of a weighted set of images.</summary>
    /// <param name="evidence">Made with <see cref="DetectionOptions.KeepsPairs"/>, one entry per image.</param>
    /// <param name="weights">One weight per image; empty means 1 for every image.</param>
    /// <param name="classCount">Classes of the input.</param>
    /// <param name="confidence">Predictions below it are left out.</param>
    /// <param name="overlapThreshold">Least IoU of a match (inclusive), at least the evidence's <see cref="DetectionOptions.PairThreshold"/>.</param>
    /// <exception cref="ArgumentException">Evidence without pairs, or of another number of classes.</exception>
    public static DetectionConfusion From(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights, int classCount, double confidence, double overlapThreshold = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classCount);
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{weights.Length} weights were given for {evidence.Length} images.", nameof(weights));
        }

        var matrix = new DetectionConfusion(classCount);
        for (int i = 0; i < evidence.Length; i++)
        {
            if (!evidence[i].HasPairs)
            {
                throw new ArgumentException("The evidence was made without pairs (DetectionOptions.KeepsPairs).", nameof(evidence));
            }

            if (evidence[i].CellClasses.AsSpan().ContainsAnyExceptInRange(0, classCount - 1) || evidence[i].TruthClasses.AsSpan().ContainsAnyExceptInRange(0, classCount - 1))
            {
                throw new ArgumentException($"The evidence has more than {classCount} classes.", nameof(evidence));
            }

            matrix.Add(evidence[i], weights.IsEmpty ? 1 : weights[i], confidence, overlapThreshold);
        }

        return matrix;
    }

    private void Add(DetectionEvidence evidence, double weight, double confidence, double threshold)
    {
        int[] classes = evidence.PredictedClasses();
        int[] truthOf = new int[classes.Length];
        bool[] taken = new bool[evidence.TruthClasses.Length];
        Array.Fill(truthOf, -1);
        bool IsCrowd(OverlapPair pair) => (evidence.TruthTraits[pair.Truth] & TruthTraits.Crowd) != 0;
        bool IsRightClass(OverlapPair pair) => classes[pair.Predicted] == evidence.TruthClasses[pair.Truth];
        OverlapPair[] pairs = [.. evidence.Pairs.Where(p => p.Overlap >= threshold && evidence.Confidences[p.Predicted] >= confidence)];
        foreach (OverlapPair pair in pairs.Where(p => !IsCrowd(p)).OrderByDescending(IsRightClass).ThenByDescending(p => p.Overlap))
        {
            if (truthOf[pair.Predicted] < 0 && !taken[pair.Truth])
            {
                truthOf[pair.Predicted] = pair.Truth;
                taken[pair.Truth] = true;
            }
        }

        var inCrowd = pairs.Where(IsCrowd).Select(p => p.Predicted).ToHashSet();
        for (int d = 0; d < classes.Length; d++)
        {
            if (evidence.Confidences[d] >= confidence && (truthOf[d] >= 0 || !inCrowd.Contains(d)))
            {
                int truthClass = truthOf[d] >= 0 ? evidence.TruthClasses[truthOf[d]] : ClassCount;
                _counts[(truthClass * (ClassCount + 1)) + classes[d]] += weight;
            }
        }

        for (int g = 0; g < taken.Length; g++)
        {
            if (!taken[g] && (evidence.TruthTraits[g] & TruthTraits.Crowd) == 0)
            {
                _counts[(evidence.TruthClasses[g] * (ClassCount + 1)) + ClassCount] += weight;
            }
        }
    }
}
