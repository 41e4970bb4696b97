namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The outcome of one image: per class the sorted confidences, and for each prediction in which planes (area range × threshold)
/// it is right and in which it is wrong. Everything a <see cref="DetectionReport"/> says is a weighted summary of these. Immutable.
/// </summary>
public sealed class DetectionEvidence
{
    internal DetectionEvidence(MatchPlan plan, int cellCount, int predictedCount)
        : this(plan.Fingerprint, plan.AreaCount, plan.WordCount, plan.OutcomePlane, cellCount, predictedCount)
    {
        AreaMasks = plan.AreaMasks;
    }

    internal DetectionEvidence(uint fingerprint, int areaCount, int wordCount, int outcomePlane, int cellCount, int predictedCount)
    {
        Fingerprint = fingerprint;
        AreaCount = areaCount;
        WordCount = wordCount;
        OutcomePlane = outcomePlane;
        CellClasses = new int[cellCount];
        CellEnds = new int[cellCount];
        CellTruthCounts = new int[cellCount * areaCount];
        Confidences = new double[predictedCount];
        Patterns = new byte[predictedCount];
    }

    /// <summary>The pattern of a prediction that has words: right somewhere, or wrong in only a part of an area's thresholds, or not yet looked at.</summary>
    internal const byte Mixed = 255;

    /// <summary>Patterns of areas fit into a byte beside <see cref="Mixed"/>; with more areas all predictions are mixed.</summary>
    internal const int MostPatternAreas = 7;

    /// <summary>Predictions kept, of all classes.</summary>
    public int PredictedCount => Confidences.Length;

    internal uint Fingerprint { get; }

    internal int AreaCount { get; }

    internal int WordCount { get; }

    internal int OutcomePlane { get; }

    /// <summary>Classes that occur in the image, ascending.</summary>
    internal int[] CellClasses { get; }

    /// <summary>Where each class's predictions end.</summary>
    internal int[] CellEnds { get; }

    /// <summary>[cell × area]: objects to find.</summary>
    internal int[] CellTruthCounts { get; }

    /// <summary>By class, then falling.</summary>
    internal double[] Confidences { get; }

    /// <summary>By prediction: the areas in which it is wrong at every threshold and right at none (bit a = area a), or <see cref="Mixed"/>.</summary>
    internal byte[] Patterns { get; }

    /// <summary>[mixed × words]: the planes in which the mixed predictions are right, in order; few are, so the others keep no words.</summary>
    internal ulong[] Right { get; set; } = [];

    /// <summary>[mixed × words]: the planes in which the mixed predictions are wrong.</summary>
    internal ulong[] Wrong { get; set; } = [];

    /// <summary>[area × words]: the planes of each area; empty where all predictions are mixed, as they are when read from bytes.</summary>
    internal ulong[] AreaMasks { get; } = [];

    /// <summary>Classes of the objects, in the order of the truth; empty when no pairs were kept.</summary>
    internal int[] TruthClasses { get; private set; } = [];

    internal TruthTraits[] TruthTraits { get; private set; } = [];

    /// <summary>Areas of the objects in square pixels.</summary>
    internal double[] TruthAreas { get; private set; } = [];

    /// <summary>By prediction, then by object.</summary>
    internal OverlapPair[] Pairs { get; private set; } = [];

    internal bool HasPairs { get; private set; }

    /// <summary>Counts over all classes at IoU .5 and a confidence threshold (inclusive), all sizes.</summary>
    public ImageOutcome AtThreshold(double confidence)
    {
        long right = 0, wrong = 0, objects = 0;
        int mixed = 0;
        for (int i = 0; i < Confidences.Length; i++)
        {
            (ulong rightWord, ulong wrongWord) = WordsOf(i, OutcomePlane >> 6, mixed);
            mixed += Patterns[i] == Mixed ? 1 : 0;
            if (Confidences[i] >= confidence)
            {
                right += (long)(rightWord >> OutcomePlane) & 1;
                wrong += (long)(wrongWord >> OutcomePlane) & 1;
            }
        }

        for (int cell = 0; cell < CellClasses.Length; cell++)
        {
            objects += CellTruthCounts[cell * AreaCount];
        }

        return new ImageOutcome(right, wrong, objects - right);
    }

    /// <summary>One word of the planes in which a prediction is right and wrong.</summary>
    /// <param name="prediction">Place of the prediction.</param>
    /// <param name="word">Which of the words.</param>
    /// <param name="mixed">How many before it are mixed.</param>
    internal (ulong Right, ulong Wrong) WordsOf(int prediction, int word, int mixed)
    {
        uint pattern = Patterns[prediction];
        if (pattern == Mixed)
        {
            return (Right[(mixed * WordCount) + word], Wrong[(mixed * WordCount) + word]);
        }

        ulong wrong = 0;
        for (; pattern != 0; pattern &= pattern - 1)
        {
            wrong |= AreaMasks[(System.Numerics.BitOperations.TrailingZeroCount(pattern) * WordCount) + word];
        }

        return (0, wrong);
    }

    /// <summary>A compact, versioned form for storage.</summary>
    public byte[] ToBytes() => DetectionEvidenceBytes.Write(this);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged or of an unknown version.</exception>
    public static DetectionEvidence FromBytes(ReadOnlySpan<byte> bytes) => DetectionEvidenceBytes.Read(bytes);

    /// <summary>Class of each prediction, in the order of <see cref="Confidences"/>.</summary>
    internal int[] PredictedClasses()
    {
        int[] classes = new int[Confidences.Length];
        for (int cell = 0, start = 0; cell < CellClasses.Length; start = CellEnds[cell++])
        {
            classes.AsSpan(start, CellEnds[cell] - start).Fill(CellClasses[cell]);
        }

        return classes;
    }

    internal void KeepPairs(int[] truthClasses, TruthTraits[] truthTraits, double[] truthAreas, OverlapPair[] pairs)
    {
        TruthClasses = truthClasses;
        TruthTraits = truthTraits;
        TruthAreas = truthAreas;
        Pairs = pairs;
        HasPairs = true;
    }
}
