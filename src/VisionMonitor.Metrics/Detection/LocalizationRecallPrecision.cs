namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// LRP error (Oksuz et al., TPAMI 2021; equal to the authors' LRP-Error code): for "take the predictions down to this one", the mean of
/// (1 − IoU) / (1 − τ) over hits, 1 over false alarms and 1 over misses. The optimal LRP is its least value; lower is better. All numbers are
/// 0 to 1, at the number of detections and threshold of the evidence.
/// </summary>
/// <param name="ClassIndex">Index of the class, counted from 0.</param>
/// <param name="Optimal">The least LRP error; <see langword="null"/> where there is no object.</param>
/// <param name="Localization">Mean of 1 − IoU over the hits at the optimum; <see langword="null"/> where nothing matches.</param>
/// <param name="FalsePositives">1 − precision at the optimum; <see langword="null"/> where nothing matches.</param>
/// <param name="FalseNegatives">1 − recall at the optimum; <see langword="null"/> where nothing matches.</param>
/// <param name="Confidence">The confidence threshold of the optimum; <see langword="null"/> where nothing matches.</param>
public sealed record LocalizationRecallPrecision(int ClassIndex, double? Optimal, double? Localization, double? FalsePositives, double? FalseNegatives, double? Confidence)
{
    /// <summary>One entry per class for one size.</summary>
    /// <param name="evaluation">The evaluation that made the evidence, with threshold τ = .5 among its thresholds.</param>
    /// <param name="evidence">Made with <see cref="DetectionOptions.KeepsPairs"/>, one entry per image.</param>
    /// <param name="weights">One weight per image; empty means 1 for every image.</param>
    /// <param name="area">Index of the area range.</param>
    /// <exception cref="ArgumentException">Evidence without pairs or of other options.</exception>
    public static IReadOnlyList<LocalizationRecallPrecision> Of(DetectionEvaluation evaluation, ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights, int area = 0)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return Of(evaluation.Plan, evidence, weights, area);
    }

    internal static IReadOnlyList<LocalizationRecallPrecision> Of(MatchPlan plan, ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights, int area)
    {
        double[] weightOf = DetectionSummary.CheckedWeights(weights, evidence.Length);
        double[][] overlaps = new double[evidence.Length][];
        int plane = (area * plan.ThresholdCount) + plan.OutcomePlane;
        for (int i = 0; i < evidence.Length; i++)
        {
            overlaps[i] = MatchedOverlaps(plan, evidence[i], area, plane);
        }

        RankedPredictions ranked = RankedPredictions.Gather(plan, evidence);
        double[] truths = ranked.WeightedTruths(plan, weightOf);
        var perClass = new LocalizationRecallPrecision[plan.ClassCount];
        int[][] offsets = Offsets(evidence, plan.ClassCount);
        for (int c = 0; c < perClass.Length; c++)
        {
            double objects = truths[(c * plan.AreaCount) + area];
            perClass[c] = objects > 0 ? Sweep(plan, ranked, weightOf, overlaps, offsets, objects, c, plane) : new LocalizationRecallPrecision(c, null, null, null, null, null);
        }

        return perClass;
    }

    private static LocalizationRecallPrecision Sweep(MatchPlan plan, RankedPredictions ranked, double[] weightOf, double[][] overlaps, int[][] offsets, double objects, int c, int plane)
    {
        double tau = plan.Options.OverlapThresholds[plan.OutcomePlane], right = 0, wrong = 0, distance = 0;
        var best = new LocalizationRecallPrecision(c, 1, null, null, null, null);
        var outcomes = new PlaneOutcomes(plan, ranked, c, plane);
        bool isFirst = true;
        for (int i = ranked.Starts[c]; i < ranked.Starts[c + 1]; i++)
        {
            int image = ranked.Images[i];
            double weight = weightOf[image];
            PlaneOutcome outcome = outcomes.At(i);
            if (outcome == PlaneOutcome.Right)
            {
                right += weight;
                distance += weight * (1 - overlaps[image][offsets[image][c] + ranked.Ranks[i]]);
            }
            else if (outcome == PlaneOutcome.Wrong)
            {
                wrong += weight;
            }

            double error = ((distance / (1 - tau)) + wrong + (objects - right)) / (wrong + objects);
            if (isFirst ? error <= 1 && right > 0 : error < best.Optimal)
            {
                best = new LocalizationRecallPrecision(c, error, right > 0 ? distance / right : null, wrong / (right + wrong), (objects - right) / objects, ranked.Confidences[i]);
                isFirst = false;
            }
        }

        return best;
    }

    /// <summary>The overlap of each right prediction with its object: the matching is replayed, only right predictions take objects that count.</summary>
    private static double[] MatchedOverlaps(MatchPlan plan, DetectionEvidence evidence, int area, int plane)
    {
        if (!evidence.HasPairs)
        {
            throw new ArgumentException("The evidence was made without pairs (DetectionOptions.KeepsPairs).", nameof(evidence));
        }

        double[] overlaps = new double[evidence.PredictedCount];
        bool[] taken = new bool[evidence.TruthClasses.Length];
        int[] classes = evidence.PredictedClasses();
        AreaRange range = plan.Options.AreaRanges[area];
        for (int d = 0, at = 0, mixed = 0; d < overlaps.Length; d++)
        {
            int match = -1;
            bool isRight = ((evidence.WordsOf(d, plane >> 6, mixed).Right >> plane) & 1) != 0;
            mixed += evidence.Patterns[d] == DetectionEvidence.Mixed ? 1 : 0;
            for (; at < evidence.Pairs.Length && evidence.Pairs[at].Predicted == d; at++)
            {
                OverlapPair pair = evidence.Pairs[at];
                bool counts = isRight && !taken[pair.Truth] && evidence.TruthClasses[pair.Truth] == classes[d]
                    && (evidence.TruthTraits[pair.Truth] & TruthTraits.Ignored) == 0 && range.Contains(evidence.TruthAreas[pair.Truth]);
                if (counts && pair.Overlap >= overlaps[d])
                {
                    (match, overlaps[d]) = (pair.Truth, pair.Overlap);
                }
            }

            if (match >= 0)
            {
                taken[match] = true;
            }
        }

        return overlaps;
    }

    /// <summary>Where each class begins among an image's predictions.</summary>
    private static int[][] Offsets(ReadOnlySpan<DetectionEvidence> evidence, int classCount)
    {
        int[][] offsets = new int[evidence.Length][];
        for (int i = 0; i < evidence.Length; i++)
        {
            offsets[i] = new int[classCount];
            for (int cell = 1; cell < evidence[i].CellClasses.Length; cell++)
            {
                offsets[i][evidence[i].CellClasses[cell]] = evidence[i].CellEnds[cell - 1];
            }
        }

        return offsets;
    }
}
