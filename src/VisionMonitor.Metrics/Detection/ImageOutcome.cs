namespace VisionMonitor.Metrics.Detection;

/// <summary>One image's counts at one confidence threshold and IoU .5, over all classes: for win/loss and worst-image galleries.</summary>
/// <param name="TruePositives">Predictions that match an object of their class.</param>
/// <param name="FalsePositives">Predictions that do not, crowds aside.</param>
/// <param name="FalseNegatives">Objects that no prediction matches, crowds aside.</param>
public readonly record struct ImageOutcome(long TruePositives, long FalsePositives, long FalseNegatives)
{
    /// <summary>2TP / (2TP + FP + FN), 0 to 1; <see langword="null"/> where there is neither object nor prediction.</summary>
    public double? F1 => TruePositives + FalsePositives + FalseNegatives == 0
        ? null
        : 2.0 * TruePositives / ((2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>Adds the counts of two sets of images.</summary>
    public static ImageOutcome operator +(ImageOutcome a, ImageOutcome b) =>
        new(a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.FalseNegatives + b.FalseNegatives);

    /// <summary>Adds the counts of two sets of images.</summary>
    public static ImageOutcome Add(ImageOutcome left, ImageOutcome right) => left + right;
}
