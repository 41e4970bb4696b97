using System.Numerics;

namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The predictions of all images: by class, then by falling confidence; on equal confidence by image, then by order in the image.
/// Structure of arrays; a mixed prediction's planes are <see cref="MatchPlan.WordCount"/> words.
/// </summary>
internal sealed partial class RankedPredictions
{
    /// <summary>A prediction that is right somewhere, or wrong in only a part of an area's thresholds: looked at bit by bit.</summary>
    public const byte Mixed = DetectionEvidence.Mixed;

    private RankedPredictions(MatchPlan plan, int imageCount, int count)
    {
        Images = GC.AllocateUninitializedArray<int>(count);
        Ranks = GC.AllocateUninitializedArray<int>(count);
        Confidences = GC.AllocateUninitializedArray<double>(count);
        Patterns = GC.AllocateUninitializedArray<byte>(count);
        PredictionCounts = new int[imageCount];
        Starts = new int[plan.ClassCount + 1];
        MixedStarts = new int[plan.ClassCount + 1];
        RightCounts = new int[plan.ClassCount * plan.PlaneCount];
    }

    public int ImageCount => PredictionCounts.Length;

    /// <summary>By image: how many of the predictions are its own.</summary>
    public int[] PredictionCounts { get; }

    /// <summary>Where each class begins.</summary>
    public int[] Starts { get; }

    public int[] Images { get; }

    /// <summary>Place among the predictions of the same class in the same image, from 0.</summary>
    public int[] Ranks { get; }

    public double[] Confidences { get; }

    /// <summary>The areas in which the prediction is wrong at every threshold (bit a = area a), or <see cref="Mixed"/>.</summary>
    public byte[] Patterns { get; }

    /// <summary>Where each class begins among the mixed predictions.</summary>
    public int[] MixedStarts { get; }

    /// <summary>The places of the mixed predictions, in order; as the next two, used up to the last of <see cref="MixedStarts"/>.</summary>
    public int[] MixedPlaces { get; private set; } = [];

    /// <summary>[mixed × words]: the planes in which a mixed prediction is right; few predictions are, so the others keep no words.</summary>
    public ulong[] Right { get; private set; } = [];

    /// <summary>[mixed × words]: the planes in which a mixed prediction is wrong.</summary>
    public ulong[] Wrong { get; private set; } = [];

    /// <summary>[class × planes]: how many predictions are right.</summary>
    public int[] RightCounts { get; }

    /// <summary>Objects to find: entries of (image, class), with a count per area.</summary>
    public int[] TruthImages { get; private set; } = [];

    public int[] TruthClasses { get; private set; } = [];

    public int[] TruthCounts { get; private set; } = [];

    public static RankedPredictions Gather(MatchPlan plan, ReadOnlySpan<DetectionEvidence> evidence)
    {
        int[] starts = CountByClass(plan, evidence, out int truthCells);
        var ranked = new RankedPredictions(plan, evidence.Length, starts[^1]);
        starts.CopyTo(ranked.Starts, 0);
        var details = new MixedDetails(starts[^1], plan.WordCount);
        int[] next = starts.AsSpan(0, plan.ClassCount).ToArray();
        int[] truthImages = new int[truthCells], truthClasses = new int[truthCells], truthCounts = new int[truthCells * plan.AreaCount];
        int truthCell = 0;
        for (int image = 0; image < evidence.Length; image++)
        {
            DetectionEvidence one = evidence[image];
            ranked.PredictionCounts[image] = one.PredictedCount;
            for (int cell = 0, start = 0, mixed = 0; cell < one.CellClasses.Length; cell++)
            {
                int c = one.CellClasses[cell];
                ReadOnlySpan<int> counts = one.CellTruthCounts.AsSpan(cell * plan.AreaCount, plan.AreaCount);
                if (counts.ContainsAnyExcept(0))
                {
                    (truthImages[truthCell], truthClasses[truthCell]) = (image, c);
                    counts.CopyTo(truthCounts.AsSpan(truthCell++ * plan.AreaCount));
                }

                int end = one.CellEnds[cell];
                ranked.Take(plan, one, image, start, end, next[c], ref mixed, details);
                next[c] += end - start;
                start = end;
            }
        }

        (ranked.TruthImages, ranked.TruthClasses, ranked.TruthCounts) = (truthImages, truthClasses, truthCounts);
        ranked.Sort(plan, details);
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

    /// <summary>Brings the predictions of one image and class to their class, not yet sorted.</summary>
    private void Take(MatchPlan plan, DetectionEvidence one, int image, int start, int end, int to, ref int mixed, MixedDetails details)
    {
        int words = plan.WordCount;
        for (int i = start, place = to; i < end; i++, place++)
        {
            Images[place] = image;
            Ranks[place] = place - to;
            Confidences[place] = one.Confidences[i];
            Patterns[place] = one.Patterns[i];
            if (one.Patterns[i] == Mixed)
            {
                ReadOnlySpan<ulong> right = one.Right.AsSpan(mixed * words, words), wrong = one.Wrong.AsSpan(mixed * words, words);
                mixed++;
                if ((Patterns[place] = PatternOf(plan, right, wrong)) == Mixed)
                {
                    details.Keep(place, right, wrong);
                }
            }
        }
    }

    /// <summary>Sorts class by class, in place: memory that is touched for the first time costs more than the sorting.</summary>
    private void Sort(MatchPlan plan, MixedDetails details)
    {
        int words = plan.WordCount, mixed = 0, longest = 0;
        ReserveMixed(details.Count, words);
        for (int c = 0; c < plan.ClassCount; c++)
        {
            longest = Math.Max(longest, Starts[c + 1] - Starts[c]);
        }

        int[] order = new int[longest], numbers = new int[longest];
        double[] confidences = new double[longest];
        byte[] patterns = new byte[longest];
        for (int c = 0; c < plan.ClassCount; c++)
        {
            int start = Starts[c], length = Starts[c + 1] - start;
            for (int i = 0; i < length; i++)
            {
                order[i] = i;
            }

            StableSort.Descending(order.AsSpan(0, length), Confidences.AsSpan(start, length));
            Reorder(Images, start, length, order, numbers);
            Reorder(Ranks, start, length, order, numbers);
            Reorder(Confidences, start, length, order, confidences);
            Reorder(Patterns, start, length, order, patterns);
            for (int i = 0; i < length; i++)
            {
                if (Patterns[start + i] == Mixed)
                {
                    MixedPlaces[mixed] = start + i;
                    details.CopyTo(start + order[i], Right.AsSpan(mixed * words, words), Wrong.AsSpan(mixed * words, words));
                    mixed++;
                }
            }

            MixedStarts[c + 1] = mixed;
        }

        CountRight(plan);
    }

    private static void Reorder<T>(T[] values, int start, int length, int[] order, T[] scratch)
    {
        Array.Copy(values, start, scratch, 0, length);
        for (int i = 0; i < length; i++)
        {
            values[start + i] = scratch[order[i]];
        }
    }

    private void ReserveMixed(int count, int words)
    {
        MixedPlaces = GC.AllocateUninitializedArray<int>(count);
        Right = GC.AllocateUninitializedArray<ulong>(count * words);
        Wrong = GC.AllocateUninitializedArray<ulong>(count * words);
    }

    /// <summary>Counts how often each class is right in each plane.</summary>
    private void CountRight(MatchPlan plan)
    {
        for (int c = 0; c < plan.ClassCount; c++)
        {
            Span<int> rightCounts = RightCounts.AsSpan(c * plan.PlaneCount, plan.PlaneCount);
            for (int at = MixedStarts[c] * plan.WordCount; at < MixedStarts[c + 1] * plan.WordCount; at++)
            {
                for (ulong right = Right[at]; right != 0; right &= right - 1)
                {
                    rightCounts[(at % plan.WordCount * 64) + BitOperations.TrailingZeroCount(right)]++;
                }
            }
        }
    }

    private static byte PatternOf(MatchPlan plan, ReadOnlySpan<ulong> right, ReadOnlySpan<ulong> wrong)
    {
        if (plan.AreaCount > DetectionEvidence.MostPatternAreas)
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

    /// <summary>The words of the mixed predictions by their place before the sort.</summary>
    private sealed class MixedDetails(int count, int words)
    {
        /// <summary>Where the words of a mixed prediction begin; of others nothing.</summary>
        private readonly int[] _starts = GC.AllocateUninitializedArray<int>(count);
        private ulong[] _right = new ulong[1024 * words];
        private ulong[] _wrong = new ulong[1024 * words];

        public int Count { get; private set; }

        public void Keep(int place, ReadOnlySpan<ulong> right, ReadOnlySpan<ulong> wrong)
        {
            int at = Count++ * words;
            if (at == _right.Length)
            {
                Array.Resize(ref _right, 2 * at);
                Array.Resize(ref _wrong, 2 * at);
            }

            right.CopyTo(_right.AsSpan(at));
            wrong.CopyTo(_wrong.AsSpan(at));
            _starts[place] = at;
        }

        public void CopyTo(int place, Span<ulong> right, Span<ulong> wrong)
        {
            _right.AsSpan(_starts[place], words).CopyTo(right);
            _wrong.AsSpan(_starts[place], words).CopyTo(wrong);
        }
    }
}
