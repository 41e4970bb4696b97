using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>The tasks whose quality can be estimated without labels.</summary>
public static class QualityEstimators
{
    /// <summary>A reference of fewer labelled images teaches too little to be relied on.</summary>
    public const int LeastReference = 100;

    /// <summary>What is rarer than this in a window like the reference speaks against relying on it.</summary>
    internal const double TrustLevel = 0.01;
    private const int Replicates = 100;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IQualityEstimator> All { get; } = [new ClassificationEstimator(), new DetectionEstimator(VisionTask.Detection), new DetectionEstimator(VisionTask.InstanceSegmentation), new SemanticEstimator(), new PanopticEstimator(), new TextEstimator()];

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
            return TooFew(referenceCount);
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

    /// <summary>
    /// Why a window's images are not those that a reference taught; null where nothing speaks against it. That asks for less than an alarm, which may sound once in
    /// months: an estimate says nothing of what lies outside.
    /// </summary>
    /// <param name="checks">What drift says of one version, on all cameras together and on each.</param>
    public static string? Doubt(IReadOnlyList<DriftCheck> checks)
    {
        DriftCheck[] judged = [.. checks.Where(check => check.State != DriftState.Calibrating)];
        if (judged.Where(check => check.State == DriftState.Drifting).MaxBy(check => check.Score ?? 0) is { } drifting)
        {
            return $"The window leaves the calibrated region: its images drift from the baseline's{Camera(drifting)}{(drifting.Score is { } score ? FormattableString.Invariant($" (score {score:0.0}, limit {drifting.Limit:0.0})") : "")}.";
        }

        // Of several checks one is rare by chance.
        return judged.MinBy(check => check.PValue ?? 1) is { PValue: { } chance } rarest && chance * judged.Length < TrustLevel
            ? FormattableString.Invariant($"The window leaves the calibrated region: it would look so little like the baseline{Camera(rarest)} by chance in one of {1 / (chance * judged.Length):0} windows, which is no alarm yet.")
            : null;

        static string Camera(DriftCheck check) => check.Camera.Length > 0 ? $" on {check.Camera}" : "";
    }

    /// <summary>
    /// The standard deviation of estimates from what is measured: windows of a size are drawn from the reference and estimated by what the images teach that the
    /// window does not hold, so that it knows both what a window happens to hold and what a reference happens to teach.
    /// </summary>
    /// <param name="reference">The reference's images.</param>
    /// <param name="count">Images of a window.</param>
    /// <param name="errors">Measured minus estimated for each metric, from a window and the images that it does not hold; NaN where one is not defined.</param>
    internal static double[] Spread<T>(T[] reference, int count, Func<IReadOnlyList<T>, IReadOnlyList<T>, double[]> errors)
    {
        double[][] drawn = [.. Enumerable.Range(1, Replicates).Select(replicate =>
        {
            int[] own = [.. Enumerable.Range(0, count).Select(at => SplitMix64.Index((ulong)replicate, (ulong)at, reference.Length))];
            HashSet<int> held = [.. own];
            return errors([.. own.Select(image => reference[image])], [.. reference.Where((_, image) => !held.Contains(image))]);
        })];
        return [.. drawn[0].Select((_, metric) => Math.Sqrt(drawn.Select(one => one[metric]).Where(double.IsFinite).DefaultIfEmpty(0).Average(error => error * error)))];
    }

    /// <summary>The doubt about a reference of fewer than <see cref="LeastReference"/> images.</summary>
    internal static string TooFew(int referenceCount) => $"The reference has {referenceCount} labelled images; {LeastReference - referenceCount} more are needed.";

    /// <summary>The estimator of a task; null when there is none.</summary>
    public static IQualityEstimator? Find(VisionTask task) => All.FirstOrDefault(estimator => estimator.Task == task);
}
