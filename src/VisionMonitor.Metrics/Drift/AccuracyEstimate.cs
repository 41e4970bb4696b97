using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Accuracy of a window without its labels, by four methods, with what the estimate is worth.</summary>
/// <param name="ConfidenceBased">CBPE: expected accuracy from probabilities that were calibrated on the reference (NannyML).</param>
/// <param name="RawConfidenceBased">The same without calibration; of the most probable class it is the average confidence.</param>
/// <param name="Threshold">ATC on the maximum confidence (Garg et al. 2022).</param>
/// <param name="EntropyThreshold">ATC on the negative entropy.</param>
/// <param name="Difference">DoC: the reference's accuracy less the fall of the average confidence (Guillory et al. 2021).</param>
/// <param name="Expected">What calibrated probabilities say of precision, recall and the like.</param>
/// <param name="CutConfidence">ATC's confidence threshold.</param>
/// <param name="CutEntropy">ATC's threshold of Σ p·ln p.</param>
/// <param name="Distrust">Why the numbers cannot be relied on here, in a sentence; null where nothing speaks against them.</param>
public sealed record AccuracyEstimate(
    EstimatedShare ConfidenceBased, EstimatedShare RawConfidenceBased, EstimatedShare Threshold, EstimatedShare EntropyThreshold, EstimatedShare Difference,
    ExpectedConfusion Expected, double CutConfidence, double CutEntropy, string? Distrust)
{
    private const double TrustLevel = 0.01;
    private const int LeastReference = 100;

    /// <summary>Estimates.</summary>
    /// <param name="reference">Images with labels, of the time when all was well.</param>
    /// <param name="window">Images to judge; their labels are not looked at.</param>
    /// <param name="calibratedClasses">Classes whose probabilities are calibrated by isotonic regression; null: those whose calibration error on held-out reference images falls by it.</param>
    public static AccuracyEstimate Of(ConfidenceSet reference, ConfidenceSet window, IReadOnlyCollection<int>? calibratedClasses = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(window);
        if (reference.Labels is not { } labels || reference.ClassCount != window.ClassCount)
        {
            throw new ArgumentException("The reference has labels and the classes of the window.", nameof(reference));
        }

        double accuracy = reference.Accuracy!.Value;
        ProbabilityCalibration calibration = ProbabilityCalibration.Fit(reference, calibratedClasses);
        ExpectedConfusion expected = ExpectedConfusion.Of(window, calibration.Apply(window));
        double raw = window.Confidence.Average();
        bool[] isRight = [.. labels.Zip(reference.Predicted, (label, predicted) => label == predicted)];
        double cut = Cut(reference.Confidence, isRight), entropyCut = Cut(reference.NegativeEntropy, isRight);
        double byCut = window.Confidence.Count(c => c >= cut) / (double)window.Count, byEntropy = window.NegativeEntropy.Count(e => e >= entropyCut) / (double)window.Count;
        double byDifference = accuracy - (reference.Confidence.Average() - raw);
        EstimatedShare cbpe = Share(expected.Accuracy);
        return new AccuracyEstimate(cbpe, Share(raw), Share(byCut), Share(byEntropy), Share(byDifference), expected, cut, entropyCut, Doubt(reference, window, cbpe, Share(byCut)));

        EstimatedShare Share(double value) => EstimatedShare.Of(value, window.Count, accuracy, reference.Count);
    }

    /// <summary>ATC's threshold: as many wrong images above it as right ones below it. The search of its authors, which keeps the first best.</summary>
    internal static double Cut(double[] scores, bool[] isRight)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
        int wrongAbove = isRight.Count(right => !right), rightBelow = 0, best = wrongAbove;
        double cut = 0;
        foreach (int i in order)
        {
            (wrongAbove, rightBelow) = isRight[i] ? (wrongAbove, rightBelow + 1) : (wrongAbove - 1, rightBelow);
            if (Math.Abs(wrongAbove - rightBelow) < best)
            {
                (best, cut) = (Math.Abs(wrongAbove - rightBelow), scores[i]);
            }
        }

        return cut;
    }

    /// <summary>All four methods read confidences that were learnt on the reference; where the window's differ from them, none of the four can know it.</summary>
    private static string? Doubt(ConfidenceSet reference, ConfidenceSet window, EstimatedShare cbpe, EstimatedShare atc)
    {
        if (reference.Count < LeastReference)
        {
            return $"The reference has {reference.Count} labelled images; {LeastReference - reference.Count} more are needed.";
        }

        DimensionTests confidence = DimensionTests.Of(Array.ConvertAll(reference.Confidence, c => (float)c), Array.ConvertAll(window.Confidence, c => (float)c), 1);
        if (confidence.PValues[0] < TrustLevel)
        {
            return FormattableString.Invariant($"The window leaves the calibrated region: its confidences differ from the reference's (Kolmogorov–Smirnov {confidence.KolmogorovSmirnov[0]:0.000}, p {confidence.PValues[0]:0.0000}).");
        }

        ChiSquaredTest classes = ChiSquaredTest.Homogeneity(reference.Histogram(), window.Histogram());
        if (classes.PValue < TrustLevel)
        {
            return FormattableString.Invariant($"The window's mix of predicted classes differs from the reference's (χ² {classes.Statistic:0.0}, p {classes.PValue:0.0000}).");
        }

        return cbpe.High < atc.Low || atc.High < cbpe.Low ? "The methods contradict each other: the intervals of CBPE and ATC do not meet." : null;
    }
}

/// <summary>An estimated share with the 95 % interval in which the share that labels would show is expected.</summary>
/// <param name="Value">0 to 1, or a little beyond for DoC.</param>
/// <param name="Low">Lower end, at least 0.</param>
/// <param name="High">Upper end, at most 1.</param>
public readonly record struct EstimatedShare(double Value, double Low, double High)
{
    /// <summary>Two causes of error add: which images the window happened to hold, and what the reference happened to teach.</summary>
    internal static EstimatedShare Of(double value, int windowCount, double referenceValue, int referenceCount)
    {
        double share = Math.Clamp(value, 0, 1), half = NormalDistribution.TwoSided95 * Math.Sqrt((share * (1 - share) / windowCount) + (referenceValue * (1 - referenceValue) / referenceCount));
        return new EstimatedShare(value, Math.Clamp(value - half, 0, 1), Math.Clamp(value + half, 0, 1));
    }
}
