namespace VisionMonitor.Vision.Labels;

/// <summary>How labels are read.</summary>
public sealed record LabelOptions
{
    /// <summary>The folder that image names are relative to; null: images are not looked for.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>
    /// Class names by index, for formats that have none of their own (VOC, CVAT without its labels); null: the names in the files,
    /// in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Whether outlines, masks and joints are kept; otherwise objects are read as their boxes.</summary>
    public bool KeepShapes { get; init; }

    /// <summary>
    /// Names of the classes of ground, for panoptic files that do not say which classes can be counted; null: what the file says, and a class that it
    /// says nothing of is a thing.
    /// </summary>
    public IReadOnlyList<string>? StuffClasses { get; init; }

    /// <summary>The largest label file, in bytes.</summary>
    public long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The largest mask that a row may ask for, in pixels.</summary>
    public long MaxMaskPixels { get; init; } = 50_000_000;
}
