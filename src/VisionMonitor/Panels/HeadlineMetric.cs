using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;

namespace VisionMonitor.Panels;

/// <summary>The one number of a task that a person looks at first.</summary>
public static class HeadlineMetric
{
    /// <summary>An id of <see cref="MetricNames"/>.</summary>
    public static string Of(VisionTask task) => task switch
    {
        VisionTask.Detection or VisionTask.InstanceSegmentation => MetricNames.AveragePrecision,
        _ => MetricNames.Accuracy,
    };

    /// <summary>Metrics of a task that a person may choose on the time line, the headline first.</summary>
    public static IReadOnlyList<string> Choices(VisionTask task) => task switch
    {
        VisionTask.Detection or VisionTask.InstanceSegmentation =>
            [MetricNames.AveragePrecision, MetricNames.AveragePrecision50, MetricNames.AveragePrecision75, MetricNames.AverageRecall],
        _ => [MetricNames.Accuracy, MetricNames.Top5Accuracy, MetricNames.Precision, MetricNames.Recall, MetricNames.F1, MetricNames.CalibrationError],
    };
}
