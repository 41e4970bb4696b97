namespace VisionMonitor.Metrics.Detection;

/// <summary>How an object takes part in the matching.</summary>
[Flags]
internal enum TruthTraits : byte
{
    None = 0,

    /// <summary>May be matched any number of times; the overlap is divided by the prediction's area.</summary>
    Crowd = 1,

    /// <summary>Counts neither for nor against the model.</summary>
    Ignored = 2,

    /// <summary>pycocotools takes annotation id 0 for "no match": the object is used up, the prediction counts as unmatched.</summary>
    IdZero = 4,
}

/// <summary>One image's objects as the matcher wants them: what they look like is the business of <see cref="Overlap"/>.</summary>
internal readonly ref struct ImageObjects
{
    public ReadOnlySpan<int> TruthClasses { get; init; }

    public ReadOnlySpan<double> TruthAreas { get; init; }

    public ReadOnlySpan<TruthTraits> TruthTraits { get; init; }

    public ReadOnlySpan<int> PredictedClasses { get; init; }

    public ReadOnlySpan<double> PredictedAreas { get; init; }

    public ReadOnlySpan<double> Confidences { get; init; }

    public IOverlap Overlap { get; init; }

    /// <summary>Per class, whether unmatched predictions are ignored because not every object was labelled; empty means none.</summary>
    public ReadOnlySpan<bool> IsOpen { get; init; }
}

/// <summary>Overlap of the predictions and objects of one image: boxes, masks or keypoints.</summary>
internal interface IOverlap
{
    /// <summary>
    /// Fills predicted × truth overlaps, row-major; the spans hold indices of predictions and of objects. Overlaps below the floor may come
    /// out as any value below it.
    /// </summary>
    void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truths, Span<double> overlaps, double floor);
}
