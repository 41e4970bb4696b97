namespace VisionMonitor.Metrics.Detection;

/// <summary>What is wrong with a wrong prediction, or with a missed object (Bolya et al., TIDE, ECCV 2020).</summary>
public enum DetectionError
{
    /// <summary>Right place, wrong class.</summary>
    Class,

    /// <summary>Right class, wrong place: overlap between the background threshold and the match threshold.</summary>
    Localization,

    /// <summary>Wrong class and wrong place.</summary>
    Both,

    /// <summary>Right, but another prediction of a higher confidence has the object.</summary>
    Duplicate,

    /// <summary>On background.</summary>
    Background,

    /// <summary>An object that no prediction explains, not even a wrong one.</summary>
    Missed,
}

/// <summary>
/// TIDE's error breakdown, equal to tidecv 1.0.1: how much average precision each kind of error costs, found by mending that kind alone. It has
/// a measure of its own at one threshold, in which a class that is predicted but has no object counts as 0.
/// </summary>
public sealed record ErrorBreakdown
{
    /// <summary>Average precision at the match threshold, as TIDE defines it, 0 to 1.</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>What mending each kind alone would gain, 0 to 1.</summary>
    public IReadOnlyDictionary<DetectionError, double> Gains { get; init; } = new Dictionary<DetectionError, double>();

    /// <summary>How often each kind occurs.</summary>
    public IReadOnlyDictionary<DetectionError, int> Counts { get; init; } = new Dictionary<DetectionError, int>();

    /// <summary>What removing all false alarms would gain, 0 to 1.</summary>
    public double FalsePositiveGain { get; init; }

    /// <summary>What removing all misses would gain, 0 to 1.</summary>
    public double FalseNegativeGain { get; init; }

    /// <summary>The breakdown of a set of images.</summary>
    /// <param name="evidence">Made with <see cref="DetectionOptions.KeepsPairs"/> and a pair threshold of at most <paramref name="backgroundThreshold"/>, one entry per image.</param>
    /// <param name="weights">One weight per image; empty means 1 for every image. Weights reach the gains, not the counts.</param>
    /// <param name="overlapThreshold">Least IoU of a match, inclusive.</param>
    /// <param name="backgroundThreshold">IoU up to which a prediction lies on background.</param>
    /// <param name="maxDetections">How many predictions per image count, over all classes.</param>
    /// <exception cref="ArgumentException">Evidence without pairs.</exception>
    public static ErrorBreakdown Of(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights, double overlapThreshold = 0.5, double backgroundThreshold = 0.1, int maxDetections = 100)
    {
        double[] weightOf = DetectionSummary.CheckedWeights(weights, evidence.Length);
        var ledger = new ErrorLedger();
        for (int i = 0; i < evidence.Length; i++)
        {
            new ErrorSearch(evidence[i], weightOf[i], overlapThreshold, backgroundThreshold, maxDetections).Enter(ledger);
        }

        return ledger.Report();
    }
}
