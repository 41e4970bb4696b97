using System.Runtime.Intrinsics;
using VisionMonitor.Metrics.Detection;

namespace VisionMonitor.Metrics.Classification;

/// <summary>Logits to probabilities.</summary>
public static class Softmax
{
    /// <summary>Softmax in float64 with the maximum subtracted, so that large logits neither overflow nor give NaN.</summary>
    /// <param name="logits">Finite numbers, at least one.</param>
    /// <param name="probabilities">As many as logits; they sum to 1.</param>
    /// <exception cref="ArgumentException">A logit is NaN or infinite, or the lengths differ.</exception>
    public static void Of(ReadOnlySpan<double> logits, Span<double> probabilities)
    {
        if (logits.Length != probabilities.Length || logits.IsEmpty)
        {
            throw new ArgumentException($"{logits.Length} logits cannot fill {probabilities.Length} probabilities.", nameof(probabilities));
        }

        double sum = Exponentials(logits, probabilities, out _);
        var whole = Vector512.Create(sum);
        int i = 0;
        for (; i <= probabilities.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            (Vector512.Create((ReadOnlySpan<double>)probabilities.Slice(i, Vector512<double>.Count)) / whole).CopyTo(probabilities[i..]);
        }

        for (; i < probabilities.Length; i++)
        {
            probabilities[i] /= sum;
        }
    }

    /// <summary>The probabilities before they are divided by their sum, which is returned, and the logit that was subtracted from each.</summary>
    internal static double Exponentials(ReadOnlySpan<double> logits, Span<double> exponentials, out double highest)
    {
        highest = Highest(logits);

        // One way for every length and machine: what is left over at the end goes through the same instructions.
        var subtracted = Vector512.Create(highest);
        int i = 0;
        for (; i <= logits.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            Vector512.Exp(Vector512.Create(logits.Slice(i, Vector512<double>.Count)) - subtracted).CopyTo(exponentials[i..]);
        }

        if (i < logits.Length)
        {
            Span<double> rest = stackalloc double[Vector512<double>.Count];
            logits[i..].CopyTo(rest);
            Vector512.Exp(Vector512.Create((ReadOnlySpan<double>)rest) - subtracted).CopyTo(rest);
            rest[..(logits.Length - i)].CopyTo(exponentials[i..]);
        }

        // numpy's order of summation: two images with the same logits in another order tie, or do not, as they do there.
        return PairwiseSum.Sum(exponentials);
    }

    private static double Highest(ReadOnlySpan<double> logits)
    {
        // A number times 0 is 0, but NaN where it is not finite: one sum tells of all.
        var highest = Vector512.Create(double.NegativeInfinity);
        Vector512<double> trace = Vector512<double>.Zero;
        int i = 0;
        for (; i <= logits.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            var some = Vector512.Create(logits.Slice(i, Vector512<double>.Count));
            highest = Vector512.MaxNative(highest, some);
            trace += some * Vector512<double>.Zero;
        }

        double best = double.NegativeInfinity, rest = Vector512.Sum(trace);
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            best = Math.Max(best, highest[lane]);
        }

        for (; i < logits.Length; i++)
        {
            best = logits[i] > best ? logits[i] : best;
            rest += logits[i] * 0;
        }

        if (rest != 0)
        {
            int at = 0;
            while (double.IsFinite(logits[at]))
            {
                at++;
            }

            throw new ArgumentException($"Logit {at} is {logits[at]}: logits are finite.", nameof(logits));
        }

        return best;
    }
}
