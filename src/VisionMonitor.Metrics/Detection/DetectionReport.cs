namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The numbers of a set of images, as pycocotools defines them; <see langword="null"/> where it prints −1 (no object to find).
/// All are 0 to 1.
/// </summary>
public sealed record DetectionReport
{
    /// <summary>Mean of the precision over thresholds, recall points and classes; all sizes, most detections.</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>The same at threshold .5 only.</summary>
    public double? AveragePrecision50 { get; init; }

    /// <summary>The same at threshold .75 only.</summary>
    public double? AveragePrecision75 { get; init; }

    /// <summary>The same for the size named "small".</summary>
    public double? AveragePrecisionSmall { get; init; }

    /// <summary>The same for the size named "medium".</summary>
    public double? AveragePrecisionMedium { get; init; }

    /// <summary>The same for the size named "large".</summary>
    public double? AveragePrecisionLarge { get; init; }

    /// <summary>Mean of the recall over thresholds and classes with the first of <see cref="DetectionOptions.MaxDetections"/> (1).</summary>
    public double? AverageRecall1 { get; init; }

    /// <summary>The same with the second (10); <see langword="null"/> when there is none.</summary>
    public double? AverageRecall10 { get; init; }

    /// <summary>The same with the last (100).</summary>
    public double? AverageRecall100 { get; init; }

    /// <summary>The same with the last, for the size named "small".</summary>
    public double? AverageRecallSmall { get; init; }

    /// <summary>The same with the last, for the size named "medium".</summary>
    public double? AverageRecallMedium { get; init; }

    /// <summary>The same with the last, for the size named "large".</summary>
    public double? AverageRecallLarge { get; init; }

    /// <summary>One entry per class, by class index.</summary>
    public IReadOnlyList<ClassDetectionReport> PerClass { get; init; } = [];

    /// <summary>Images with a weight above 0.</summary>
    public long ImageCount { get; init; }
}

/// <summary>One class's numbers; all sizes and most detections. <see langword="null"/> where there is no object to find.</summary>
public sealed record ClassDetectionReport
{
    /// <summary>Index of the class, counted from 0.</summary>
    public int ClassIndex { get; init; }

    /// <summary>Mean of the precision over thresholds and recall points, 0 to 1.</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>The same at threshold .5 only.</summary>
    public double? AveragePrecision50 { get; init; }

    /// <summary>The same at threshold .75 only.</summary>
    public double? AveragePrecision75 { get; init; }

    /// <summary>Mean of the recall over thresholds, 0 to 1.</summary>
    public double? AverageRecall { get; init; }

    /// <summary>Objects to find: crowds and objects outside all sizes are left out; images of weight 0 too.</summary>
    public long TruthCount { get; init; }

    /// <summary>Predictions after the cut to the most detections per image; images of weight 0 are left out.</summary>
    public long PredictedCount { get; init; }

    /// <summary>The confidence that gives the best F1 at threshold .5; <see langword="null"/> when nothing matches.</summary>
    public double? BestConfidence { get; init; }

    /// <summary>Precision at <see cref="BestConfidence"/>, 0 to 1.</summary>
    public double? Precision { get; init; }

    /// <summary>Recall at <see cref="BestConfidence"/>, 0 to 1.</summary>
    public double? Recall { get; init; }

    /// <summary>The best F1 of precision and recall at threshold .5, 0 to 1.</summary>
    public double? F1 { get; init; }
}
