namespace VisionMonitor.Metrics;

/// <summary>
/// How well predictions agree with the truth: one image at a time into evidence, then any weighted set of evidence into
/// a report. A run, a slice, a bootstrap replicate and a late label differ only in which evidence and which weights.
/// </summary>
/// <typeparam name="TTruth">The truth of one image.</typeparam>
/// <typeparam name="TPrediction">What one model version predicted for that image.</typeparam>
/// <typeparam name="TEvidence">The small, immutable outcome of the comparison.</typeparam>
/// <typeparam name="TReport">The numbers of a set of images.</typeparam>
public interface IEvaluation<TTruth, TPrediction, TEvidence, TReport>
{
    /// <summary>Compares one image's truth with one model's prediction. Pure: safe on any thread.</summary>
    TEvidence Compare(TTruth truth, TPrediction predicted);

    /// <summary>Summarizes a set of images, in the given order.</summary>
    /// <param name="evidence">One entry per image.</param>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for every image.</param>
    TReport Summarize(ReadOnlySpan<TEvidence> evidence, ReadOnlySpan<double> weights);
}
