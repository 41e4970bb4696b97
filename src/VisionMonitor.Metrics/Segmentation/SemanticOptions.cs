namespace VisionMonitor.Metrics.Segmentation;

/// <summary>The conventions of a semantic evaluation.</summary>
public sealed record SemanticOptions
{
    /// <summary>Truth pixels with this label are left out, whatever was predicted there; null leaves none out.</summary>
    public int? IgnoreLabel { get; init; } = 255;

    /// <summary>ADE20K's truth files: label 0 becomes "ignore" and x becomes x − 1. Predictions are never shifted.</summary>
    public bool ReduceZeroLabel { get; init; }

    /// <summary>Width of the boundary as a share of the image diagonal; null computes no boundary IoU. 0.02 is the paper's.</summary>
    public double? BoundaryRatio { get; init; }

    /// <summary>How boundary IoU treats ignored pixels.</summary>
    public BoundaryIgnore BoundaryIgnore { get; init; }

    /// <summary>How a class whose number is 0/0 counts in the means over classes.</summary>
    public AbsentClasses AbsentClasses { get; init; }
}

/// <summary>How a class counts in a mean over classes where its own number is 0/0: for IoU and Dice a class in neither map, for accuracy one without truth, for precision one never predicted.</summary>
public enum AbsentClasses
{
    /// <summary>Not at all (mmsegmentation, Cityscapes).</summary>
    Skip,

    /// <summary>As 0 (torchmetrics' Jaccard index).</summary>
    Zero,

    /// <summary>As 1: nothing was to be found and nothing was claimed (PyTorch Geometric).</summary>
    One,
}

/// <summary>How boundary IoU treats ignored pixels; there is no official rule.</summary>
public enum BoundaryIgnore
{
    /// <summary>Boundaries of the maps as they are; then ignored pixels leave both.</summary>
    After,

    /// <summary>The prediction is cleared on ignored pixels before its boundary is taken.</summary>
    Before,
}
