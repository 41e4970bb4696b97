using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>Draws masks at the image's size from prototypes that lie over the network's frame.</summary>
internal sealed class PrototypeMasks(OutputTensor prototypes, Placement placement)
{
    private readonly LogitPlane _plane = new(prototypes.Shape[2], prototypes.Shape[3], placement);

    public RunLengthMask Draw(ReadOnlySpan<float> coefficients, BoundingBox box)
    {
        Span<float> plane = _plane.Values;
        plane.Clear();
        for (int index = 0; index < coefficients.Length; index++)
        {
            ReadOnlySpan<float> prototype = prototypes.Values.Slice(index * plane.Length, plane.Length);
            float weight = coefficients[index];
            for (int cell = 0; cell < plane.Length; cell++)
            {
                plane[cell] += weight * prototype[cell];
            }
        }

        return _plane.Draw(box);
    }
}
