namespace VisionMonitor.Vision.Models;

/// <summary>How a semantic map and instances become one panoptic map.</summary>
public sealed record MergeSettings
{
    /// <summary>The class names of the semantic map by its own class index; empty: the contract's classes.</summary>
    public IReadOnlyList<string> SemanticClasses { get; init; } = [];

    /// <summary>Classes of the semantic map whose pixels belong to no segment.</summary>
    public IReadOnlyList<string> Void { get; init; } = ["background"];

    /// <summary>A class of the semantic map that keeps fewer pixels is left out; panopticapi's own limit is 64 × 64.</summary>
    public int SmallestStuffPixels { get; init; } = 64 * 64;
}
