using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;

namespace VisionMonitor.Demo.Story;

/// <summary>One project of the demo: adding a task to the demo is one more line in <see cref="OtherTasks"/>.</summary>
/// <param name="Slug">Its address.</param>
/// <param name="Name">Its name.</param>
/// <param name="Task">Its task.</param>
/// <param name="ModelName">The name of its model; the files are <c>models/{ModelName}-v1.onnx</c> and <c>-v2.onnx</c>.</param>
/// <param name="Rules">The rules that watch it.</param>
internal sealed record DemoProject(string Slug, string Name, VisionTask Task, string ModelName, IReadOnlyList<Func<AlertRule>> Rules)
{
    private static readonly string[] Kinds = [.. ObjectKinds.Known.Select(kind => kind.Name())];
    private static readonly string[] Surfaces = [.. Enum.GetNames<StuffKind>().Select(name => name.ToLowerInvariant()), .. Kinds];

    /// <summary>The classes of its models, in their order; none where the model reads text.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = Kinds;

    /// <summary>The projects of the first chapter.</summary>
    public static IReadOnlyList<DemoProject> Month { get; } =
    [
        new("parcel-kinds", "Parcel kinds", VisionTask.Classification, "parcel-classifier",
        [
            () => Below("Accuracy on " + DemoWorld.SmearedCamera, MetricNames.Accuracy, 0.75, 0.85, DemoWorld.SmearedCamera),
            () => Drifts(),
        ]),
        new("parcel-boxes", "Parcel boxes", VisionTask.Detection, "parcel-detector",
        [
            () => Below("mAP of the hub", MetricNames.AveragePrecision50, 0.75, 0.82, ""),
            () => Drifts(),
        ]),
    ];

    /// <summary>The projects of the second chapter.</summary>
    public static IReadOnlyList<DemoProject> OtherTasks { get; } =
    [
        new("hub-surfaces", "Hub surfaces", VisionTask.SemanticSegmentation, "parcel-semantic",
        [
            () => Below("mIoU of the hub", MetricNames.MeanIntersectionOverUnion, 0.66, 0.7, ""),
            () => Drifts(),
        ])
        { ClassNames = Surfaces },
        new("parcel-outlines", "Parcel outlines", VisionTask.InstanceSegmentation, "parcel-instances",
        [
            () => Below("Mask mAP of the hub", MetricNames.AveragePrecision50, 0.75, 0.82, ""),
            () => Drifts(),
        ]),
        new("hub-panorama", "Hub panorama", VisionTask.Panoptic, "parcel-panoptic",
        [
            () => Below("PQ of the hub", MetricNames.PanopticQuality, 0.7, 0.75, ""),
            () => Drifts(),
        ])
        { ClassNames = Surfaces },
        new("label-lines", "Label lines", VisionTask.Text, "parcel-lines",
        [
            () => Above("Character errors of the hub", MetricNames.CharacterErrorRate, 0.15, 0.1),
            () => Drifts(),
        ])
        { ClassNames = [] },
    ];

    private static AlertRule Below(string name, string metric, double threshold, double recovery, string camera) =>
        Crosses(name, metric, AlertDirection.Below, threshold, recovery, camera);

    private static AlertRule Above(string name, string metric, double threshold, double recovery) =>
        Crosses(name, metric, AlertDirection.Above, threshold, recovery, camera: "");

    /// <summary>Above about what the calibrated limits are here, twice in turn: two days of the history, two minutes of the camera that keeps running, so that who spoils its pictures hears of it.</summary>
    private static AlertRule Drifts()
    {
        AlertRule rule = Crosses("Drift from the baseline", MetricNames.Drift, AlertDirection.Above, 4.8, 3.5, camera: "", severity: "warning");
        (rule.PendingPeriod, rule.RecoveryPeriod) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
        return rule;
    }

    private static AlertRule Crosses(string name, string metric, AlertDirection direction, double threshold, double recovery, string camera, string severity = "critical") => new()
    {
        Name = name,
        Metric = metric,
        Camera = camera,
        Direction = direction,
        Threshold = threshold,
        RecoveryThreshold = recovery,
        PendingPeriod = DemoPlot.Window,
        RecoveryPeriod = DemoPlot.Window,
        MinimumCount = 8,
        Severity = severity,
    };
}
