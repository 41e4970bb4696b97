namespace VisionMonitor.Metrics.Panoptic;

/// <summary>The conventions of a panoptic evaluation.</summary>
public sealed record PanopticOptions
{
    /// <summary>Count the pixels of truth segments instead of believing the areas in the JSON, as panopticapi does.</summary>
    public bool RecountTruthAreas { get; init; }

    /// <summary>With a width, as a share of the image diagonal, segments match on the smaller of IoU and boundary IoU (boundary PQ); null is plain PQ.</summary>
    public double? BoundaryRatio { get; init; }
}
