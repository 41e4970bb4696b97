namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// A set of images made ready: every class's predictions sorted once, so that each further weighting (slice, bootstrap replicate)
/// costs only a sweep. Immutable; safe on any thread.
/// </summary>
public sealed class DetectionSummary
{
    private readonly MatchPlan _plan;
    private readonly RankedPredictions _ranked;
    private HeadlineSweep? _headline;

    private DetectionSummary(MatchPlan plan, RankedPredictions ranked)
    {
        _plan = plan;
        _ranked = ranked;
    }

    /// <summary>Images in the set.</summary>
    public int ImageCount => _ranked.ImageCount;

    /// <summary>Sorts the evidence of a set of images.</summary>
    /// <param name="evaluation">The evaluation that made the evidence, or one with equal options.</param>
    /// <param name="evidence">One entry per image, in a fixed order: between images it decides ties of confidence.</param>
    /// <exception cref="ArgumentException">Some evidence was made with other thresholds, sizes or limits.</exception>
    public static DetectionSummary Prepare(DetectionEvaluation evaluation, ReadOnlySpan<DetectionEvidence> evidence)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return Prepare(evaluation.Plan, evidence);
    }

    internal static DetectionSummary Prepare(MatchPlan plan, ReadOnlySpan<DetectionEvidence> evidence) => new(plan, RankedPredictions.Gather(plan, evidence));

    /// <summary>The set after a few images changed (new predictions, a late label): the same numbers as preparing all evidence anew, without sorting it anew.</summary>
    /// <param name="changes">Place of an image in the set and its new evidence; of two for one image the later counts.</param>
    /// <exception cref="ArgumentException">Some evidence was made with other options, or a place is not in the set.</exception>
    public DetectionSummary With(ReadOnlySpan<(int Image, DetectionEvidence Evidence)> changes) => new(_plan, _ranked.Merge(_plan, changes));

    /// <summary>All numbers of the set under the given weights.</summary>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for every image, which gives pycocotools' numbers.</param>
    public DetectionReport Summarize(ReadOnlySpan<double> weights)
    {
        double[] weightOf = Weights(weights);
        return Report(Accumulate(weightOf, keepsConfidence: false), weightOf);
    }

    internal DetectionReport Report(DetectionAccumulation accumulation, double[] weightOf)
    {
        double[] truthsOf = _ranked.WeightedTruths(_plan, weightOf);
        long[] truthCounts = _ranked.CountTruths(_plan, weightOf);
        int last = _plan.MaxDetections.Length - 1;
        int small = _plan.IndexOfArea("small"), medium = _plan.IndexOfArea("medium"), large = _plan.IndexOfArea("large");
        var perClass = new ClassDetectionReport[_plan.ClassCount];
        for (int k = 0; k < perClass.Length; k++)
        {
            perClass[k] = ReportClass(accumulation, weightOf, truthsOf, truthCounts, k);
        }

        long images = 0;
        foreach (double weight in weightOf)
        {
            images += weight > 0 ? 1 : 0;
        }

        return new DetectionReport
        {
            AveragePrecision = accumulation.MeanPrecision(null, 0, last),
            AveragePrecision50 = accumulation.MeanPrecision(0.5, 0, last),
            AveragePrecision75 = accumulation.MeanPrecision(0.75, 0, last),
            AveragePrecisionSmall = accumulation.MeanPrecision(null, small, last),
            AveragePrecisionMedium = accumulation.MeanPrecision(null, medium, last),
            AveragePrecisionLarge = accumulation.MeanPrecision(null, large, last),
            AverageRecall1 = accumulation.MeanRecall(0, 0),
            AverageRecall10 = accumulation.MeanRecall(0, last > 0 ? 1 : -1),
            AverageRecall100 = accumulation.MeanRecall(0, last),
            AverageRecallSmall = accumulation.MeanRecall(small, last),
            AverageRecallMedium = accumulation.MeanRecall(medium, last),
            AverageRecallLarge = accumulation.MeanRecall(large, last),
            PerClass = perClass,
            ImageCount = images,
        };
    }

    /// <summary>
    /// Only the mean average precision and that of each class (all sizes, most detections): the quick way for bootstrap replicates.
    /// </summary>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for every image.</param>
    /// <param name="perClass">Receives one number per class, NaN where undefined; empty when not wanted.</param>
    /// <returns><see langword="null"/> where no class has an object to find.</returns>
    public double? AveragePrecision(ReadOnlySpan<double> weights, Span<double> perClass)
    {
        if (!perClass.IsEmpty && perClass.Length != _plan.ClassCount)
        {
            throw new ArgumentException($"{perClass.Length} places were given for {_plan.ClassCount} classes.", nameof(perClass));
        }

        double[] means = new double[_plan.ClassCount];
        HeadlineSweep headline = LazyInitializer.EnsureInitialized(ref _headline, () => new HeadlineSweep(_plan, _ranked));
        headline.Means(Weights(weights), means);
        if (!perClass.IsEmpty)
        {
            means.CopyTo(perClass);
        }

        double[] defined = [.. means.Where(mean => !double.IsNaN(mean))];
        return PairwiseSum.Mean(defined);
    }

    /// <summary>The full arrays, or without confidences those that a report reads. Weights are checked by the caller.</summary>
    internal DetectionAccumulation Accumulate(double[] weightOf, bool keepsConfidence)
    {
        var accumulation = new DetectionAccumulation(_plan, isBrief: !keepsConfidence);
        new PrecisionSweep(_plan, _ranked, weightOf).Run(accumulation);
        return accumulation;
    }

    /// <summary>One class's precision, recall and F1 over the confidence threshold; all sizes, most detections.</summary>
    /// <param name="classIndex">Class, from 0.</param>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for every image.</param>
    /// <param name="overlapThreshold">One of <see cref="DetectionOptions.OverlapThresholds"/>.</param>
    /// <param name="mostPoints">At most this many points, at least 2; the ends are always kept.</param>
    /// <exception cref="ArgumentException">A class or threshold that the evaluation does not have.</exception>
    public DetectionCurve Curve(int classIndex, ReadOnlySpan<double> weights, double overlapThreshold = 0.5, int mostPoints = 1000)
    {
        int threshold = _plan.IndexOf(overlapThreshold);
        if ((uint)classIndex >= (uint)_plan.ClassCount || threshold < 0)
        {
            throw new ArgumentException($"There is no class {classIndex} or no threshold {overlapThreshold}.", nameof(classIndex));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(mostPoints, 2);
        double[] weightOf = Weights(weights);
        return DetectionCurve.Trace(_plan, _ranked, weightOf, _ranked.WeightedTruths(_plan, weightOf)[classIndex * _plan.AreaCount], classIndex, threshold, mostPoints);
    }

    internal double[] Weights(ReadOnlySpan<double> weights) => CheckedWeights(weights, ImageCount);

    internal static double[] CheckedWeights(ReadOnlySpan<double> weights, int imageCount)
    {
        if (weights.IsEmpty)
        {
            double[] ones = new double[imageCount];
            for (int i = 0; i < ones.Length; i++)
            {
                ones[i] = 1;
            }

            return ones;
        }

        if (weights.Length != imageCount)
        {
            throw new ArgumentException($"{weights.Length} weights were given for {imageCount} images.", nameof(weights));
        }

        foreach (double weight in weights)
        {
            if (!(weight >= 0) || double.IsPositiveInfinity(weight))
            {
                throw new ArgumentException("Weights are finite and at least 0.", nameof(weights));
            }
        }

        return weights.ToArray();
    }

    private ClassDetectionReport ReportClass(DetectionAccumulation accumulation, double[] weightOf, double[] truthsOf, long[] truthCounts, int classIndex)
    {
        int last = _plan.MaxDetections.Length - 1;
        BestPoint? best = BestPoint.Find(_plan, _ranked, weightOf, truthsOf, classIndex);
        return new ClassDetectionReport
        {
            ClassIndex = classIndex,
            AveragePrecision = accumulation.ClassPrecision(classIndex, null, 0, last),
            AveragePrecision50 = accumulation.ClassPrecision(classIndex, 0.5, 0, last),
            AveragePrecision75 = accumulation.ClassPrecision(classIndex, 0.75, 0, last),
            AverageRecall = accumulation.ClassRecall(classIndex, 0, last),
            TruthCount = truthCounts[classIndex],
            PredictedCount = _ranked.CountPredictions(classIndex, weightOf),
            BestConfidence = best?.Confidence,
            Precision = best?.Precision,
            Recall = best?.Recall,
            F1 = best?.F1,
        };
    }
}
