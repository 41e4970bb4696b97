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

        double highest = double.NegativeInfinity;
        for (int i = 0; i < logits.Length; i++)
        {
            if (!double.IsFinite(logits[i]))
            {
                throw new ArgumentException($"Logit {i} is {logits[i]}: logits are finite.", nameof(logits));
            }

            highest = Math.Max(highest, logits[i]);
        }

        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = Math.Exp(logits[i] - highest);
        }

        // numpy's order of summation: two images with the same logits in another order tie, or do not, as they do there.
        double sum = PairwiseSum.Sum(probabilities);
        for (int i = 0; i < probabilities.Length; i++)
        {
            probabilities[i] /= sum;
        }
    }
}
