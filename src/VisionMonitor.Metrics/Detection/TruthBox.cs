using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection;

/// <summary>One labelled object.</summary>
/// <param name="ClassIndex">Index of its class, counted from 0.</param>
/// <param name="Box">Its box in pixels.</param>
/// <param name="AreaPixels">Area that decides small, medium or large: COCO uses the mask's area where there is one.</param>
/// <param name="IsCrowd">A region of many objects: predictions in it count neither for nor against the model.</param>
public readonly record struct TruthBox(int ClassIndex, BoundingBox Box, double AreaPixels, bool IsCrowd = false)
{
    /// <summary>A labelled object whose area is that of its box.</summary>
    public TruthBox(int classIndex, BoundingBox box)
        : this(classIndex, box, box.Area)
    {
    }
}
