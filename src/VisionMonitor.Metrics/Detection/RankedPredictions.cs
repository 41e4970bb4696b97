using System.Numerics;
using System.Runtime.CompilerServices;

namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The predictions of all images: by class, then by falling confidence; on equal confidence by image, then by order in the image.
/// Structure of arrays; one prediction's planes are <see cref="MatchPlan.WordCount"/> words.
/// </summary>
internal sealed partial class RankedPredictions
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
        RightStarts = new int[plan.ClassCount + 1];
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

    /// <summary>Where each class begins in <see cref="RightPlaces"/>.</summary>
    public int[] RightStarts { get; }

    /// <summary>The predictions that are right in some plane, in order.</summary>
    public List<int> RightPlaces { get; } = [];

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
        var bucket = new Bucket(count, plan.WordCount);
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

                int end = one.CellEnds[cell];
                bucket.Take(one, image, start, end, next[c]);
                next[c] += end - start;
                start = end;
            }
        }

        (ranked.TruthImages, ranked.TruthClasses, ranked.TruthCounts) = (truthImages, truthClasses, truthCounts);
        ranked.Fill(plan, bucket);
        return ranked;
    }

    /// <summary>Per class: objects to find in images of a weight above 0, in the first area.</summary>
    public long[] CountTruths(MatchPlan plan, double[] weightOf)
    {
        long[] truths = new long[plan.ClassCount];
        for (int cell = 0; cell < TruthImages.Length; cell++)
        {
            truths[TruthClasses[cell]] += weightOf[TruthImages[cell]] > 0 ? TruthCounts[cell * plan.AreaCount] : 0;
        }

        return truths;
    }

    /// <summary>Predictions of one class in images of a weight above 0.</summary>
    public long CountPredictions(int classIndex, double[] weightOf)
    {
        long predictions = 0;
        for (int i = Starts[classIndex]; i < Starts[classIndex + 1]; i++)
        {
            predictions += weightOf[Images[i]] > 0 ? 1 : 0;
        }

        return predictions;
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

    private void Fill(MatchPlan plan, Bucket bucket)
    {
        int words = plan.WordCount;
        int[] order = new int[bucket.Images.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (int c = 0; c < plan.ClassCount; c++)
        {
            StableSort.Descending(order.AsSpan(Starts[c], Starts[c + 1] - Starts[c]), bucket.Confidences);
            for (int i = Starts[c]; i < Starts[c + 1]; i++)
            {
                int from = order[i];
                (Images[i], Ranks[i], Confidences[i]) = (bucket.Images[from], bucket.Ranks[from], bucket.Confidences[from]);
                for (int w = 0; w < words; w++)
                {
                    Right[(i * words) + w] = bucket.Right[(from * words) + w];
                    Wrong[(i * words) + w] = bucket.Wrong[(from * words) + w];
                }

                Patterns[i] = PatternOf(plan, Right.AsSpan(i * words, words), Wrong.AsSpan(i * words, words));
            }
        }

        CountRight(plan);
    }

    /// <summary>Notes where each class is right, and how often in each plane.</summary>
    private void CountRight(MatchPlan plan)
    {
        int words = plan.WordCount;
        for (int c = 0; c < plan.ClassCount; c++)
        {
            Span<int> rightCounts = RightCounts.AsSpan(c * plan.PlaneCount, plan.PlaneCount);
            for (int i = Starts[c]; i < Starts[c + 1]; i++)
            {
                if (Patterns[i] != Mixed)
                {
                    continue;
                }

                bool isRight = false;
                for (int w = 0; w < words; w++)
                {
                    ulong right = Right[(i * words) + w];
                    isRight |= right != 0;
                    for (; right != 0; right &= right - 1)
                    {
                        rightCounts[(w * 64) + BitOperations.TrailingZeroCount(right)]++;
                    }
                }

                if (isRight)
                {
                    RightPlaces.Add(i);
                }
            }

            RightStarts[c + 1] = RightPlaces.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte PatternOf(MatchPlan plan, ReadOnlySpan<ulong> right, ReadOnlySpan<ulong> wrong)
    {
        if (plan.AreaCount > MostPatternAreas)
        {
            return Mixed;
        }

        foreach (ulong word in right)
        {
            if (word != 0)
            {
                return Mixed;
            }
        }

        int pattern = 0;
        ulong[] masks = plan.AreaMasks;
        for (int a = 0; a < plan.AreaCount; a++)
        {
            bool all = true, none = true;
            for (int w = 0; w < wrong.Length; w++)
            {
                ulong mask = masks[(a * wrong.Length) + w], found = wrong[w] & mask;
                all &= found == mask;
                none &= found == 0;
            }

            if (!all && !none)
            {
                return Mixed;
            }

            pattern |= all ? 1 << a : 0;
        }

        return (byte)pattern;
    }

    /// <summary>Predictions brought together by class, not yet sorted.</summary>
    private sealed class Bucket(int count, int words)
    {
        public readonly int[] Images = new int[count];
        public readonly int[] Ranks = new int[count];
        public readonly double[] Confidences = new double[count];
        public readonly ulong[] Right = new ulong[count * words];
        public readonly ulong[] Wrong = new ulong[count * words];

        public void Take(DetectionEvidence one, int image, int start, int end, int to)
        {
            int length = end - start;
            Images.AsSpan(to, length).Fill(image);
            for (int rank = 0; rank < length; rank++)
            {
                Ranks[to + rank] = rank;
            }

            one.Confidences.AsSpan(start, length).CopyTo(Confidences.AsSpan(to));
            one.TruePositives.AsSpan(start * words, length * words).CopyTo(Right.AsSpan(to * words));
            one.FalsePositives.AsSpan(start * words, length * words).CopyTo(Wrong.AsSpan(to * words));
        }
    }
}
