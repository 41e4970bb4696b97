using System.Runtime.Intrinsics;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Classification;

/// <summary>Single-label classification: one class per image against a probability per class.</summary>
/// <remarks>Ties are broken by the lower class index, so no number depends on the order of images or on a sort (scikit-learn's and torch's top-k do).</remarks>
public sealed class ClassificationEvaluation : IEvaluation<int, ReadOnlyMemory<float>, ClassificationEvidence, ClassificationReport>
{
    [ThreadStatic]
    private static double[]? _widened;

    [ThreadStatic]
    private static double[]? _scratch;

    /// <summary>An evaluation of <paramref name="classCount"/> classes.</summary>
    /// <param name="classCount">How many classes, at least 1; class indices count from 0.</param>
    /// <param name="keepProbabilities">Keep every probability in the evidence, which ROC-AUC and average precision need; without, stored evidence has 58 bytes whatever the class count.</param>
    /// <param name="binCount">Bins of the calibration errors and of the reliability curve.</param>
    public ClassificationEvaluation(int classCount, bool keepProbabilities = false, int binCount = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(binCount, 1);
        (ClassCount, KeepProbabilities, BinCount) = (classCount, keepProbabilities, binCount);
    }

    /// <summary>How many classes.</summary>
    public int ClassCount { get; }

    /// <summary>Whether evidence keeps the probability of every class.</summary>
    public bool KeepProbabilities { get; }

    /// <summary>Bins of the calibration errors.</summary>
    public int BinCount { get; }

    /// <summary>Compares one image.</summary>
    /// <param name="truth">The labelled class, 0 to class count − 1.</param>
    /// <param name="predicted">One probability per class, 0 to 1; they need not sum to 1.</param>
    /// <exception cref="ArgumentException">A probability is NaN or outside 0 to 1, or there are more or fewer than classes.</exception>
    public ClassificationEvidence Compare(int truth, ReadOnlyMemory<float> predicted)
    {
        CheckShape(truth, predicted.Length);
        ReadOnlySpan<float> given = predicted.Span;
        double[] probabilities = new double[given.Length];
        for (int i = 0; i < probabilities.Length; i++)
        {
            probabilities[i] = given[i];
        }

        return Conclude(truth, probabilities, Tally.Of(probabilities, 1, truth), Entropy(probabilities));
    }

    /// <summary>Compares one image whose probabilities are float64.</summary>
    /// <inheritdoc cref="Compare(int, ReadOnlyMemory{float})"/>
    public ClassificationEvidence Compare(int truth, ReadOnlySpan<double> predicted)
    {
        CheckShape(truth, predicted.Length);
        double[] probabilities = predicted.ToArray();
        return Conclude(truth, probabilities, Tally.Of(probabilities, 1, truth), Entropy(probabilities));
    }

    /// <summary>Compares one image whose network gives logits: the softmax is taken in float64, with the maximum subtracted.</summary>
    /// <exception cref="ArgumentException">A logit is NaN or infinite, or there are more or fewer than classes.</exception>
    public ClassificationEvidence CompareLogits(int truth, ReadOnlySpan<float> logits)
    {
        double[] widened = _widened is { } kept && kept.Length == logits.Length ? kept : _widened = new double[logits.Length];
        int i = 0;
        for (; i <= widened.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.Create(logits.Slice(i, Vector256<float>.Count)));
            lower.CopyTo(widened, i);
            upper.CopyTo(widened, i + Vector256<double>.Count);
        }

        for (; i < widened.Length; i++)
        {
            widened[i] = logits[i];
        }

        return CompareLogits(truth, widened);
    }

    /// <summary>Compares one image whose logits are float64.</summary>
    /// <inheritdoc cref="CompareLogits(int, ReadOnlySpan{float})"/>
    public ClassificationEvidence CompareLogits(int truth, ReadOnlySpan<double> logits)
    {
        CheckShape(truth, logits.Length);
        double[] probabilities = KeepProbabilities ? new double[logits.Length] : Scratch(logits.Length);
        double sum = Softmax.Exponentials(logits, probabilities, out double highest);
        Tally tally = Tally.Of(probabilities, sum, truth);

        // −Σ p ln p with ln p = logit − highest − ln sum.
        return Conclude(truth, probabilities, tally, Math.Log(sum) - Spread(probabilities, logits, highest));
    }

    /// <inheritdoc/>
    public ClassificationReport Summarize(ReadOnlySpan<ClassificationEvidence> evidence, ReadOnlySpan<double> weights) => Summarize(evidence, weights, null);

    /// <summary>Summarizes a set whose ranking was sorted before, for many weights of the same set.</summary>
    /// <param name="evidence">One entry per image.</param>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for every image.</param>
    /// <param name="ranking">The ranking of the same evidence; sorted here when null and probabilities were kept.</param>
    public ClassificationReport Summarize(ReadOnlySpan<ClassificationEvidence> evidence, ReadOnlySpan<double> weights, ClassRanking? ranking)
    {
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{evidence.Length} images have {weights.Length} weights.", nameof(weights));
        }

        Bootstrap.CheckWeights(weights);
        if (ranking is not null && (ranking.ImageCount != evidence.Length || ranking.ClassCount != ClassCount))
        {
            throw new ArgumentException($"The ranking of {ranking.ImageCount} images and {ranking.ClassCount} classes is not that of these.", nameof(ranking));
        }

        return ClassificationSummary.Of(this, evidence, weights, ranking);
    }

    /// <summary>Σ p (logit − highest), eight sums side by side whatever the machine, so that it is the same everywhere.</summary>
    private static double Spread(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> logits, double highest)
    {
        Vector512<double> sums = Vector512<double>.Zero, subtracted = Vector512.Create(highest);
        int c = 0;
        for (; c <= probabilities.Length - Vector512<double>.Count; c += Vector512<double>.Count)
        {
            sums += Vector512.Create(probabilities.Slice(c, Vector512<double>.Count)) * (Vector512.Create(logits.Slice(c, Vector512<double>.Count)) - subtracted);
        }

        double sum = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            sum += sums[lane];
        }

        for (; c < probabilities.Length; c++)
        {
            sum += probabilities[c] * (logits[c] - highest);
        }

        return sum;
    }

    private ClassificationEvidence Conclude(int truth, double[] probabilities, in Tally tally, double entropy)
    {
        double own = probabilities[truth];
        int predicted = FirstIndexOf(probabilities, tally.Highest);

        // (p − 1)² in place of p² for the labelled class.
        double squares = tally.Squares + (1 - (2 * own));
        int tiedBefore = tally.Tied > 1 ? probabilities.AsSpan(0, truth).Count(own) : 0;
        return new ClassificationEvidence(truth, predicted, tally.Higher + tiedBefore, tiedBefore, tally.Tied - 1 - tiedBefore, tally.Highest, own, squares, entropy, KeepProbabilities ? probabilities : []);
    }

    private static int FirstIndexOf(double[] probabilities, double wanted)
    {
        int c = 0;
        var wanteds = Vector512.Create(wanted);
        while (c <= probabilities.Length - Vector512<double>.Count && !Vector512.EqualsAny(Vector512.Create(probabilities, c), wanteds))
        {
            c += Vector512<double>.Count;
        }

        while (probabilities[c] != wanted)
        {
            c++;
        }

        return c;
    }

    private static double Entropy(double[] probabilities)
    {
        double entropy = 0;
        foreach (double p in probabilities)
        {
            entropy -= p > 0 ? p * Math.Log(p) : 0;
        }

        return entropy;
    }

    private static double[] Scratch(int length) => _scratch is { } kept && kept.Length == length ? kept : _scratch = new double[length];

    private void CheckShape(int truth, int length)
    {
        if ((uint)truth >= (uint)ClassCount)
        {
            throw new ArgumentOutOfRangeException(nameof(truth), truth, $"There are {ClassCount} classes, counted from 0.");
        }

        if (length != ClassCount)
        {
            throw new ArgumentException($"{length} probabilities were given for {ClassCount} classes.", nameof(length));
        }
    }
}
