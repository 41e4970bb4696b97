namespace VisionMonitor.Metrics.Detection;

/// <summary>The truth of one image of a federated dataset, where not every class was looked for in every image (LVIS).</summary>
/// <param name="Boxes">The labelled objects.</param>
/// <param name="AbsentClasses">Classes known not to occur: a prediction of one is wrong.</param>
/// <param name="NotExhaustiveClasses">Classes of which not every object was labelled: an unmatched prediction of one counts neither way.</param>
public sealed record FederatedTruth(IReadOnlyList<TruthBox> Boxes, IReadOnlyList<int> AbsentClasses, IReadOnlyList<int> NotExhaustiveClasses);

/// <summary>
/// Detection as the LVIS toolkit evaluates it: the best predictions of an image over all classes are kept; those of classes that nobody looked for
/// in the image are dropped; unmatched ones of classes that were not labelled exhaustively are ignored. The rest is COCO's.
/// </summary>
public sealed class FederatedEvaluation : IEvaluation<FederatedTruth, IReadOnlyList<PredictedBox>, DetectionEvidence, DetectionReport>
{
    private readonly MatchPlan _plan;

    /// <summary>An evaluation of a fixed set of classes.</summary>
    /// <param name="classCount">Classes, at least 0.</param>
    /// <param name="maxDetections">How many predictions per image count, over all classes; LVIS takes 300.</param>
    public FederatedEvaluation(int classCount, int maxDetections = 300)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDetections);
        MaxDetections = maxDetections;
        _plan = new MatchPlan(new DetectionOptions { MaxDetections = [maxDetections], KeepsPairs = false }, classCount);
    }

    /// <summary>How many predictions per image count, over all classes.</summary>
    public int MaxDetections { get; }

    /// <inheritdoc/>
    public DetectionEvidence Compare(FederatedTruth truth, IReadOnlyList<PredictedBox> predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        var looked = truth.Boxes.Select(box => box.ClassIndex).Concat(truth.AbsentClasses).ToHashSet();
        PredictedBox[] kept = [.. predicted.OrderByDescending(one => one.Confidence).Take(MaxDetections).Where(one => looked.Contains(one.ClassIndex))];
        bool[] isOpen = new bool[_plan.SourceClassCount];
        foreach (int classIndex in truth.NotExhaustiveClasses)
        {
            isOpen[classIndex] = true;
        }

        return BoxComparison.Compare(_plan, truth.Boxes, kept, isOpen);
    }

    /// <inheritdoc/>
    public DetectionReport Summarize(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights) => DetectionSummary.Prepare(_plan, evidence).Summarize(weights);

    /// <summary>Mean average precision of a group of classes, as LVIS's rare, common and frequent.</summary>
    /// <returns><see langword="null"/> where no class of the group has an object.</returns>
    public static double? AveragePrecision(DetectionReport report, IEnumerable<int> classIndices)
    {
        ArgumentNullException.ThrowIfNull(report);
        double[] defined = [.. classIndices.Select(c => report.PerClass[c].AveragePrecision).OfType<double>()];
        return PairwiseSum.Mean(defined);
    }
}
