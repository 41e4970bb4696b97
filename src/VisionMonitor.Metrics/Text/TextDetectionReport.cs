namespace VisionMonitor.Metrics.Text;

/// <summary>The numbers of a weighted set of images with text; <see langword="null"/> where one is undefined.</summary>
/// <param name="ImageCount">Images with a weight above 0.</param>
/// <param name="Matched">Weighted matched places.</param>
/// <param name="Truths">Weighted truth places that count.</param>
/// <param name="Predictions">Weighted predicted places that count.</param>
/// <param name="Read">Weighted matched places whose text is right too; null where texts were not given.</param>
public sealed record TextDetectionReport(long ImageCount, double Matched, double Truths, double Predictions, double? Read)
{
    /// <summary>Share of predicted places that are right, over all images, 0 to 1.</summary>
    public double? Precision => Ratio(Matched, Predictions);

    /// <summary>Share of truth places found, over all images, 0 to 1.</summary>
    public double? Recall => Ratio(Matched, Truths);

    /// <summary>Harmonic mean of precision and recall, 0 to 1; null where neither a truth nor a prediction counts.</summary>
    public double? HarmonicMean => Ratio(2 * Matched, Truths + Predictions);

    /// <summary>Harmonic mean where a match must be read right too (end to end).</summary>
    public double? EndToEndHarmonicMean => Read is { } read ? Ratio(2 * read, Truths + Predictions) : null;

    private static double? Ratio(double part, double whole) => whole > 0 ? part / whole : null;
}
