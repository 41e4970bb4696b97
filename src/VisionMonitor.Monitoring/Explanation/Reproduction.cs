using VisionMonitor.Vision.Images.Corruptions;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>Which corruption of the baseline looks most like the window, and how much of the shift it explains.</summary>
public sealed record Reproduction
{
    /// <summary>Every corruption that was tried, each at its best strength, the one that explains most first.</summary>
    public required IReadOnlyList<CorruptionFit> Fits { get; init; }

    /// <summary>
    /// The cause as it is best reproduced, in the order in which it is done to an image: the cause, and, where that leaves more than chance does and a
    /// second corruption takes away at least half of it, the second too, both at the strengths that fit best together. Empty where no cause was found.
    /// </summary>
    public IReadOnlyList<CorruptionStep> Steps { get; init; } = [];

    /// <summary>The share of the change in appearance that the steps explain, 0 to 1.</summary>
    public double StepsExplained { get; init; }

    /// <summary>How far the window's mean embedding and image traits lie from the baseline's, in standard deviations within a class, class mix and chance taken out.</summary>
    public required double Distance { get; init; }

    /// <summary>Whether that is more than chance gives windows of this size.</summary>
    public required bool IsShifted { get; init; }

    /// <summary>The share of the shift that a changed mix of classes explains, 0 to 1.</summary>
    public required double MixShare { get; init; }

    /// <summary>The share of the shift that is appearance: the rest.</summary>
    public double AppearanceShare => 1 - MixShare;

    /// <summary>Baseline images on which corruptions were tried.</summary>
    public required int TrialCount { get; init; }

    /// <summary>Images of the window that they were compared with.</summary>
    public required int WindowCount { get; init; }

    /// <summary>The best fit; null where none explains as much as <see cref="LeastExplained"/>.</summary>
    public CorruptionFit? Cause => IsShifted && Fits.Count > 0 && Fits[0].Explained >= LeastExplained ? Fits[0] : null;

    /// <summary>Whether the next best explains nearly as much, so that the name is not sure.</summary>
    public bool IsClose => Fits.Count > 1 && Fits[0].Explained - Fits[1].Explained < 0.05;

    /// <summary>A corruption that explains less than this is no cause.</summary>
    public const double LeastExplained = 0.3;
}

/// <summary>How well one corruption at its best strength reproduces a window.</summary>
/// <param name="Corruption">The corruption's id.</param>
/// <param name="Strength">In its unit, for the images as they are stored.</param>
/// <param name="Explained">1 − squared distance after / before the corruption, both with the window's mix of classes; 0 to 1.</param>
public sealed record CorruptionFit(string Corruption, double Strength, double Explained);
