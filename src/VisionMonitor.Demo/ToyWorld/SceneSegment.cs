namespace VisionMonitor.Demo.ToyWorld;

/// <summary>A panoptic segment: one thing, or all visible pixels of one stuff.</summary>
/// <param name="Id">Its value in the segment map.</param>
/// <param name="ClassName">For example "carton" or "belt".</param>
/// <param name="ClassIndex">An <see cref="ObjectKind"/> for things, a <see cref="StuffKind"/> for stuff.</param>
/// <param name="IsThing">Whether it can be counted.</param>
/// <param name="Box">The tight box of its pixels.</param>
/// <param name="AreaPixels">Its pixels.</param>
public sealed record SceneSegment(int Id, string ClassName, int ClassIndex, bool IsThing, PixelBox Box, int AreaPixels);
