namespace VisionMonitor.Metrics.Panoptic;

/// <summary>A segment of a panoptic map, as its JSON describes it.</summary>
/// <param name="Id">Its value in the map, above 0.</param>
/// <param name="CategoryId">Its category.</param>
/// <param name="IsCrowd">Truth only: a group of objects that is never matched and forgives predictions of its category.</param>
/// <param name="Area">Truth only: pixels according to the JSON. panopticapi takes this number and not the pixels of the map.</param>
public readonly record struct PanopticSegment(int Id, int CategoryId, bool IsCrowd = false, long Area = 0);

/// <summary>A category of a panoptic data set.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsThing">Whether its segments can be counted.</param>
public sealed record PanopticCategory(int Id, string Name, bool IsThing);
