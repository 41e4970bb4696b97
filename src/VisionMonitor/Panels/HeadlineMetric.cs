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
        VisionTask.SemanticSegmentation => MetricNames.MeanIntersectionOverUnion,
        VisionTask.Panoptic => MetricNames.PanopticQuality,
        VisionTask.Text => MetricNames.CharacterErrorRate,
        _ => MetricNames.Accuracy,
    };

    /// <summary>Metrics of a project that a person may choose on the time line, the headline first.</summary>
    public static IReadOnlyList<string> Choices(Project project) => project.Task switch
    {
        VisionTask.Detection or VisionTask.InstanceSegmentation =>
            [MetricNames.AveragePrecision, MetricNames.AveragePrecision50, MetricNames.AveragePrecision75, MetricNames.AverageRecall],
        VisionTask.SemanticSegmentation => [MetricNames.MeanIntersectionOverUnion, MetricNames.PixelAccuracy],
        VisionTask.Panoptic when project.StuffClassNames.Count > 0 =>
            [MetricNames.PanopticQuality, MetricNames.PanopticQualityOfThings, MetricNames.PanopticQualityOfStuff, MetricNames.SegmentationQuality, MetricNames.RecognitionQuality],
        VisionTask.Panoptic => [MetricNames.PanopticQuality, MetricNames.SegmentationQuality, MetricNames.RecognitionQuality],
        VisionTask.Text => [MetricNames.CharacterErrorRate, MetricNames.WordErrorRate, MetricNames.ExactMatch, MetricNames.LineHarmonicMean, MetricNames.LinePrecision, MetricNames.LineRecall],
        _ => [MetricNames.Accuracy, MetricNames.Top5Accuracy, MetricNames.Precision, MetricNames.Recall, MetricNames.F1, MetricNames.CalibrationError],
    };
}
