namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>What a COCO evaluation asks: pycocotools' params, with its defaults.</summary>
public sealed record CocoOptions
{
    /// <summary>Thresholds, sizes, numbers of detections, class-agnostic or not.</summary>
    public DetectionOptions Detection { get; init; } = new() { KeepsPairs = false };

    /// <summary>Whether pycocotools' defects are kept.</summary>
    public CocoMode Mode { get; init; }

    /// <summary>The images to evaluate; <see langword="null"/> means all. Doubles and the order do not matter.</summary>
    public IReadOnlyList<CocoId>? ImageIds { get; init; }

    /// <summary>The categories to evaluate; <see langword="null"/> means all.</summary>
    public IReadOnlyList<CocoId>? CategoryIds { get; init; }

    /// <summary>Standard deviation of each keypoint, relative to the object's size; COCO's 17 by default.</summary>
    public IReadOnlyList<double> KeypointSigmas { get; init; } = KeypointOverlap.CocoSigmas;

    /// <summary>For masks: the overlap is the lesser of IoU and boundary IoU of this width, a share of the diagonal (0.02); <see langword="null"/> means plain IoU.</summary>
    public double? BoundaryRatio { get; init; }

    /// <summary>
    /// As the LVIS toolkit: the best predictions of an image over all classes are kept (the largest of <see cref="DetectionOptions.MaxDetections"/>);
    /// those of classes that nobody looked for in the image are dropped; unmatched ones of classes that were not labelled exhaustively are ignored.
    /// </summary>
    public bool IsFederated { get; init; }

    /// <summary>How many images are compared at once; the result does not depend on it.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>The defaults of a task: for keypoints at most 20 detections and no small objects.</summary>
    public static CocoOptions For(CocoTask task) => task == CocoTask.Keypoints
        ? new CocoOptions
        {
            Detection = new DetectionOptions { KeepsPairs = false, MaxDetections = [20], AreaRanges = [AreaRange.All, AreaRange.Medium, AreaRange.Large] },
        }
        : new CocoOptions();
}
