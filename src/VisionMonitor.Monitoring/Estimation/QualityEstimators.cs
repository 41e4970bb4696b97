using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>The tasks whose quality can be estimated without labels. Of maps of classes no confidence is kept, so they are absent.</summary>
public static class QualityEstimators
{
    /// <summary>A reference of fewer labelled images teaches too little to be relied on.</summary>
    public const int LeastReference = 100;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IQualityEstimator> All { get; } = [new ClassificationEstimator(), new DetectionEstimator(VisionTask.Detection), new DetectionEstimator(VisionTask.InstanceSegmentation)];

    /// <summary>The estimator of a task; null when there is none.</summary>
    public static IQualityEstimator? Find(VisionTask task) => All.FirstOrDefault(estimator => estimator.Task == task);
}
