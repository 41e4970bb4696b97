using VisionMonitor.Metrics.Drift;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>The tasks whose quality can be estimated without labels.</summary>
public static class QualityEstimators
{
    /// <summary>A reference of fewer labelled images teaches too little to be relied on.</summary>
    public const int LeastReference = 100;

    private const double TrustLevel = 0.01;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IQualityEstimator> All { get; } = [new ClassificationEstimator(), new DetectionEstimator(VisionTask.Detection), new DetectionEstimator(VisionTask.InstanceSegmentation), new SemanticEstimator()];

    /// <summary>
    /// Why a window cannot be judged by what a reference taught; null where nothing speaks against it. What was learnt is the worth of a confidence: where
    /// the confidences are others, nothing was learnt of them.
    /// </summary>
    /// <param name="referenceCount">Labelled images of the reference.</param>
    /// <param name="reference">Confidences of the reference's answers.</param>
    /// <param name="window">Confidences of the window's.</param>
    /// <param name="what">Whose confidences they are, as people read it.</param>
    internal static string? Doubt(int referenceCount, float[] reference, float[] window, string what)
    {
        if (referenceCount < LeastReference)
        {
            return $"The reference has {referenceCount} labelled images; {LeastReference - referenceCount} more are needed.";
        }

        if (reference.Length < 2 || window.Length < 2)
        {
            return $"There are hardly any {what} here.";
        }

        DimensionTests test = DimensionTests.Of(reference, window, 1);
        return test.PValues[0] < TrustLevel
            ? FormattableString.Invariant($"The window leaves the calibrated region: its confidences differ from the reference's (Kolmogorov–Smirnov {test.KolmogorovSmirnov[0]:0.00}, p {test.PValues[0]:0.0000}).")
            : null;
    }

    /// <summary>The estimator of a task; null when there is none.</summary>
    public static IQualityEstimator? Find(VisionTask task) => All.FirstOrDefault(estimator => estimator.Task == task);
}
