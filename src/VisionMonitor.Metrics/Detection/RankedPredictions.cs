using System.Numerics;

namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The predictions of all images: by class, then by falling confidence; on equal confidence by image, then by order in the image.
/// Structure of arrays; one prediction's planes are <see cref="MatchPlan.WordCount"/> words.
/// </summary>
internal sealed class RankedPredictions
{
    /// <summary>A prediction that is right somewhere, or wrong in only a part of an area's thresholds: looked at bit by bit.</summary>
    public const byte Mixed = 255;

    /// <summary>Patterns of wrong areas fit into a byte beside <see cref="Mixed"/>.</summary>
    private const int MostPatternAreas = 7;

    private RankedPredictions(MatchPlan plan, int imageCount, int count)
    {
        ImageCount = imageCount;
        Images = new int[count];
        Ranks = new int[count];
        Confidences = new double[count];
        Right = new ulong[count * plan.WordCount];
        Wrong = new ulong[count * plan.WordCount];
        Patterns = new byte[count];
        Starts = new int[plan.ClassCount + 1];
        RightCounts = new int[plan.ClassCount * plan.PlaneCount];
    }

    public int ImageCount { get; }

    /// <summary>Where each class begins.</summary>
    public int[] Starts { get; }

    public int[] Images { get; }

    /// <summary>Place among the predictions of the same class in the same image, from 0.</summary>
    public int[] Ranks { get; }

    public double[] Confidences { get; }

    public ulong[] Right { get; }

    public ulong[] Wrong { get; }

    /// <summary>The areas in which the prediction is wrong at every threshold (bit a = area a), or <see cref="Mixed"/>.</summary>
    public byte[] Patterns { get; }

    /// <summary>[class × planes]: how many predictions are right.</summary>
    public int[] RightCounts { get; }

    /// <summary>Objects to find: entries of (image, class), with a count per area.</summary>
    public int[] TruthImages { get; private set; } = [];

    public int[] TruthClasses { get; private set; } = [];

    public int[] TruthCounts { get; private set; } = [];

    public static RankedPredictions Gather(MatchPlan plan, ReadOnlySpan<DetectionEvidence> evidence)
    {
        int[] starts = CountByClass(plan, evidence, out int truthCells);
        int count = starts[^1];
        var ranked = new RankedPredictions(plan, evidence.Length, count);
        starts.CopyTo(ranked.Starts, 0);
        int[] imageOf = new int[count], placeOf = new int[count], rankOf = new int[count];
        double[] confidenceOf = new double[count];
        int[] next = starts.AsSpan(0, plan.ClassCount).ToArray();
        int[] truthImages = new int[truthCells], truthClasses = new int[truthCells], truthCounts = new int[truthCells * plan.AreaCount];
        int truthCell = 0;
        for (int image = 0; image < evidence.Length; image++)
        {
            DetectionEvidence one = evidence[image];
            for (int cell = 0, start = 0; cell < one.CellClasses.Length; cell++)
            {
                int c = one.CellClasses[cell];
                ReadOnlySpan<int> counts = one.CellTruthCounts.AsSpan(cell * plan.AreaCount, plan.AreaCount);
                if (counts.ContainsAnyExcept(0))
                {
                    (truthImages[truthCell], truthClasses[truthCell]) = (image, c);
                    counts.CopyTo(truthCounts.AsSpan(truthCell++ * plan.AreaCount));
                }

                int end = one.CellEnds[cell], to = next[c];
                for (int i = start; i < end; i++, to++)
                {
                    (imageOf[to], placeOf[to], rankOf[to], confidenceOf[to]) = (image, i, i - start, one.Confidences[i]);
                }

                next[c] = to;
                start = end;
            }
        }

        (ranked.TruthImages, ranked.TruthClasses, ranked.TruthCounts) = (truthImages, truthClasses, truthCounts);
        ranked.Fill(plan, evidence, imageOf, placeOf, rankOf, confidenceOf);
        return ranked;
    }

    /// <summary>Objects to find and predictions of one class in images of a weight above 0.</summary>
    public (long Truths, long Predictions) Count(int classIndex, double[] weightOf)
    {
        long truths = 0, predictions = 0;
        int areas = TruthImages.Length == 0 ? 1 : TruthCounts.Length / TruthImages.Length;
        for (int cell = 0; cell < TruthImages.Length; cell++)
        {
            truths += TruthClasses[cell] == classIndex && weightOf[TruthImages[cell]] > 0 ? TruthCounts[cell * areas] : 0;
        }

        for (int i = Starts[classIndex]; i < Starts[classIndex + 1]; i++)
        {
            predictions += weightOf[Images[i]] > 0 ? 1 : 0;
        }

        return (truths, predictions);
    }

    /// <summary>[class × area]: weighted objects to find.</summary>
    public double[] WeightedTruths(MatchPlan plan, double[] weightOf)
    {
        double[] sums = new double[plan.ClassCount * plan.AreaCount];
        for (int cell = 0; cell < TruthImages.Length; cell++)
        {
            double weight = weightOf[TruthImages[cell]];
            for (int a = 0; a < plan.AreaCount; a++)
            {
                sums[(TruthClasses[cell] * plan.AreaCount) + a] += weight * TruthCounts[(cell * plan.AreaCount) + a];
            }
        }

        return sums;
    }

    private static int[] CountByClass(MatchPlan plan, ReadOnlySpan<DetectionEvidence> evidence, out int truthCells)
    {
        int[] starts = new int[plan.ClassCount + 1];
        truthCells = 0;
        foreach (DetectionEvidence one in evidence)
        {
            if (one.Fingerprint != plan.Fingerprint || one.AreaCount != plan.AreaCount || one.WordCount != plan.WordCount)
            {
                throw new ArgumentException("The evidence was made with other thresholds, sizes or limits: compare the images again.", nameof(evidence));
            }

            for (int cell = 0, start = 0; cell < one.CellClasses.Length; cell++)
            {
                if (one.CellClasses[cell] >= plan.ClassCount)
                {
                    throw new ArgumentException($"The evidence has class {one.CellClasses[cell]}, the evaluation has {plan.ClassCount} classes.", nameof(evidence));
                }

                starts[one.CellClasses[cell] + 1] += one.CellEnds[cell] - start;
                start = one.CellEnds[cell];
                truthCells += one.CellTruthCounts.AsSpan(cell * plan.AreaCount, plan.AreaCount).ContainsAnyExcept(0) ? 1 : 0;
            }
        }

        for (int c = 1; c < starts.Length; c++)
        {
            starts[c] += starts[c - 1];
        }

        return starts;
    }

    private void Fill(MatchPlan plan, ReadOnlySpan<DetectionEvidence> evidence, int[] imageOf, int[] placeOf, int[] rankOf, double[] confidenceOf)
    {
        int words = plan.WordCount;
        int[] order = new int[confidenceOf.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (int c = 0; c < plan.ClassCount; c++)
        {
            StableSort.Descending(order.AsSpan(Starts[c], Starts[c + 1] - Starts[c]), confidenceOf);
            Span<int> rightCounts = RightCounts.AsSpan(c * plan.PlaneCount, plan.PlaneCount);
            for (int i = Starts[c]; i < Starts[c + 1]; i++)
            {
                int from = order[i];
                DetectionEvidence one = evidence[imageOf[from]];
                (Images[i], Ranks[i], Confidences[i]) = (imageOf[from], rankOf[from], confidenceOf[from]);
                Span<ulong> right = Right.AsSpan(i * words, words), wrong = Wrong.AsSpan(i * words, words);
                one.TruePositives.AsSpan(placeOf[from] * words, words).CopyTo(right);
                one.FalsePositives.AsSpan(placeOf[from] * words, words).CopyTo(wrong);
                Patterns[i] = PatternOf(plan, right, wrong);
                for (int w = 0; w < words; w++)
                {
                    for (ulong rest = right[w]; rest != 0; rest &= rest - 1)
                    {
                        rightCounts[(w * 64) + BitOperations.TrailingZeroCount(rest)]++;
                    }
                }
            }
        }
    }

    private static byte PatternOf(MatchPlan plan, ReadOnlySpan<ulong> right, ReadOnlySpan<ulong> wrong)
    {
        if (plan.AreaCount > MostPatternAreas || right.ContainsAnyExcept(0UL))
        {
            return Mixed;
        }

        int pattern = 0;
        for (int a = 0; a < plan.AreaCount; a++)
        {
            bool all = true, none = true;
            for (int w = 0; w < wrong.Length; w++)
            {
                ulong mask = plan.AreaMasks[(a * plan.WordCount) + w];
                all &= (wrong[w] & mask) == mask;
                none &= (wrong[w] & mask) == 0;
            }

            if (!all && !none)
            {
                return Mixed;
            }

            pattern |= all ? 1 << a : 0;
        }

        return (byte)pattern;
    }
}
