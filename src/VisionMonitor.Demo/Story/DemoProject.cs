using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;

namespace VisionMonitor.Demo.Story;

/// <summary>One project of the demo: adding a task to the demo is one more line in <see cref="All"/>.</summary>
/// <param name="Slug">Its address.</param>
/// <param name="Name">Its name.</param>
/// <param name="Task">Its task.</param>
/// <param name="ModelName">The name of its model; the files are <c>models/{ModelName}-v1.onnx</c> and <c>-v2.onnx</c>.</param>
/// <param name="Rules">The rules that watch it.</param>
internal sealed record DemoProject(string Slug, string Name, VisionTask Task, string ModelName, IReadOnlyList<Func<AlertRule>> Rules)
{
    public static IReadOnlyList<DemoProject> All { get; } =
    [
        new("parcel-kinds", "Parcel kinds", VisionTask.Classification, "parcel-classifier",
        [
            () => Below("Accuracy on " + DemoWorld.SmearedCamera, MetricNames.Accuracy, 0.75, 0.85, DemoWorld.SmearedCamera),
            () => Drifts("Embedding drift"),
        ]),
        new("parcel-boxes", "Parcel boxes", VisionTask.Detection, "parcel-detector",
        [
            () => Below("mAP of the hub", MetricNames.AveragePrecision50, 0.75, 0.82, ""),
            () => Drifts("Embedding drift"),
        ]),
    ];

    private static AlertRule Below(string name, string metric, double threshold, double recovery, string camera) => new()
    {
        Name = name,
        Metric = metric,
        Camera = camera,
        Direction = AlertDirection.Below,
        Threshold = threshold,
        RecoveryThreshold = recovery,
        PendingPeriod = DemoPlot.Window,
        RecoveryPeriod = DemoPlot.Window,
        MinimumCount = 8,
        Severity = "critical",
    };

    private static AlertRule Drifts(string name) => new()
    {
        Name = name,
        Metric = MetricNames.Drift,
        Direction = AlertDirection.Above,
        Threshold = 4,
        RecoveryThreshold = 3,
        PendingPeriod = DemoPlot.Window,
        RecoveryPeriod = DemoPlot.Window,
        MinimumCount = 8,
        Severity = "warning",
    };
}
