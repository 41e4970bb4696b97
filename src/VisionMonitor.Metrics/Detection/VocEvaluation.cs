namespace VisionMonitor.Metrics.Detection;

/// <summary>How the precision-recall curve becomes one number.</summary>
public enum VocInterpolation
{
    /// <summary>Area under the envelope at every recall: VOC 2010 and later.</summary>
    AllPoints,

    /// <summary>Mean of the envelope at recall 0, .1, …, 1: VOC 2007.</summary>
    ElevenPoints,
}

/// <summary>
/// Detection as Pascal VOC evaluates it, checked against the toolkits of Padilla et al. (2021) and Cartucho. Truth marked
/// <see cref="TruthBox.IsCrowd"/> is VOC's "difficult". VOC counts pixels: make boxes with <see cref="InclusiveBox"/>.
/// </summary>
public sealed class VocEvaluation : IEvaluation<IReadOnlyList<TruthBox>, IReadOnlyList<PredictedBox>, DetectionEvidence, VocReport>
{
    private readonly MatchPlan _plan;

    /// <summary>An evaluation at one threshold.</summary>
    /// <param name="classCount">Classes, at least 0.</param>
    /// <param name="overlapThreshold">Least IoU of a match, inclusive, 0 to 1.</param>
    /// <param name="interpolation">How the curve becomes one number.</param>
    public VocEvaluation(int classCount, double overlapThreshold = 0.5, VocInterpolation interpolation = VocInterpolation.AllPoints)
    {
        Interpolation = interpolation;
        var options = new DetectionOptions
        {
            OverlapThresholds = [overlapThreshold],
            AreaRanges = [new AreaRange("all", double.NegativeInfinity, double.PositiveInfinity)],
            MaxDetections = [int.MaxValue],
            KeepsPairs = false,
        };
        _plan = new MatchPlan(options, classCount, MatchRule.PascalVoc);
    }

    /// <summary>How the curve becomes one number.</summary>
    public VocInterpolation Interpolation { get; }

    internal MatchPlan Plan => _plan;

    /// <summary>A box of VOC's corners, whose last row and column belong to it: the "+1 pixel" convention.</summary>
    public static Geometry.BoundingBox InclusiveBox(double left, double top, double right, double bottom) => new(left, top, right - left + 1, bottom - top + 1);

    /// <inheritdoc/>
    public DetectionEvidence Compare(IReadOnlyList<TruthBox> truth, IReadOnlyList<PredictedBox> predicted) => BoxComparison.Compare(_plan, truth, predicted);

    /// <inheritdoc/>
    public VocReport Summarize(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights)
    {
        RankedPredictions ranked = RankedPredictions.Gather(_plan, evidence);
        double[] weightOf = DetectionSummary.CheckedWeights(weights, evidence.Length);
        double[] truths = ranked.WeightedTruths(_plan, weightOf);
        var perClass = new VocClassReport[_plan.ClassCount];
        for (int c = 0; c < perClass.Length; c++)
        {
            perClass[c] = ReportClass(ranked, weightOf, truths[c], c);
        }

        double[] defined = [.. perClass.Select(one => one.AveragePrecision).OfType<double>()];
        return new VocReport(PairwiseSum.Mean(defined), perClass);
    }

    private VocClassReport ReportClass(RankedPredictions ranked, double[] weightOf, double truths, int classIndex)
    {
        var points = new List<(double Recall, double Precision)>();
        var outcomes = new PlaneOutcomes(_plan, ranked, classIndex, 0);
        double right = 0, wrong = 0;
        for (int i = ranked.Starts[classIndex]; i < ranked.Starts[classIndex + 1]; i++)
        {
            double weight = weightOf[ranked.Images[i]];
            PlaneOutcome outcome = outcomes.At(i);
            wrong += outcome == PlaneOutcome.Wrong ? weight : 0;
            if (outcome == PlaneOutcome.Right && weight > 0)
            {
                right += weight;
                points.Add((right / truths, right / (right + wrong)));
            }
        }

        double? average = !(truths > 0) ? null : Interpolation == VocInterpolation.ElevenPoints ? ElevenPoints(points) : AllPoints(points);
        return new VocClassReport(classIndex, average, truths, right, wrong);
    }

    private static double ElevenPoints(List<(double Recall, double Precision)> points)
    {
        double sum = 0;
        for (int k = 0; k <= 10; k++)
        {
            // numpy's linspace(0, 1, 11): k × 0.1.
            double recall = k == 10 ? 1 : k * 0.1;
            sum += points.Where(p => p.Recall >= recall).Select(p => p.Precision).DefaultIfEmpty(0).Max();
        }

        return sum / 11;
    }

    private static double AllPoints(List<(double Recall, double Precision)> points)
    {
        double area = 0, peak = 0;
        for (int i = points.Count - 1; i >= 0; i--)
        {
            peak = Math.Max(peak, points[i].Precision);
            area += (points[i].Recall - (i > 0 ? points[i - 1].Recall : 0)) * peak;
        }

        return area;
    }
}

/// <summary>Pascal VOC's numbers.</summary>
/// <param name="MeanAveragePrecision">Mean over the classes with an object, 0 to 1; <see langword="null"/> when there is none.</param>
/// <param name="PerClass">One entry per class.</param>
public sealed record VocReport(double? MeanAveragePrecision, IReadOnlyList<VocClassReport> PerClass);

/// <summary>One class's numbers; counts are weighted.</summary>
/// <param name="ClassIndex">Index of the class, counted from 0.</param>
/// <param name="AveragePrecision">0 to 1; <see langword="null"/> where there is no object.</param>
/// <param name="TruthCount">Objects that are not difficult.</param>
/// <param name="TruePositives">Right predictions.</param>
/// <param name="FalsePositives">Wrong predictions.</param>
public sealed record VocClassReport(int ClassIndex, double? AveragePrecision, double TruthCount, double TruePositives, double FalsePositives);
