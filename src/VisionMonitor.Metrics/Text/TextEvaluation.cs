using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Text;

/// <summary>Text recognition: character and word error rates with an explicit unit.</summary>
/// <param name="options">How texts are made comparable; NFC code points when null.</param>
public sealed class TextEvaluation(TextOptions? options = null) : IEvaluation<string, string, TextEvidence, TextReport>
{
    /// <summary>How texts are made comparable.</summary>
    public TextOptions Options { get; } = options ?? new TextOptions();

    /// <inheritdoc/>
    public TextEvidence Compare(string truth, string predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        Dictionary<string, int> clusters = [], words = [];
        return new TextEvidence(
            EditCounts.Of(TextUnits.Of(truth, Options, clusters), TextUnits.Of(predicted, Options, clusters)),
            EditCounts.Of(TextUnits.Words(truth, Options, words), TextUnits.Words(predicted, Options, words)));
    }

    /// <inheritdoc/>
    public TextReport Summarize(ReadOnlySpan<TextEvidence> evidence, ReadOnlySpan<double> weights)
    {
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{evidence.Length} texts have {weights.Length} weights.", nameof(weights));
        }

        Bootstrap.CheckWeights(weights);
        TextReport report = new();
        for (int i = 0; i < evidence.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight > 0)
            {
                report = report.With(evidence[i], weight);
            }
        }

        return report;
    }
}
