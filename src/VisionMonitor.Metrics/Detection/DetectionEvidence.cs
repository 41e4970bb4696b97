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
        TruePositives = new ulong[predictedCount * wordCount];
        FalsePositives = new ulong[predictedCount * wordCount];
    }

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

    internal ulong[] TruePositives { get; }

    internal ulong[] FalsePositives { get; }

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
        int word = OutcomePlane >> 6;
        ulong bit = 1UL << OutcomePlane;
        long right = 0, wrong = 0, objects = 0;
        for (int i = 0; i < Confidences.Length; i++)
        {
            if (Confidences[i] >= confidence)
            {
                right += (TruePositives[(i * WordCount) + word] & bit) != 0 ? 1 : 0;
                wrong += (FalsePositives[(i * WordCount) + word] & bit) != 0 ? 1 : 0;
            }
        }

        for (int cell = 0; cell < CellClasses.Length; cell++)
        {
            objects += CellTruthCounts[cell * AreaCount];
        }

        return new ImageOutcome(right, wrong, objects - right);
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
