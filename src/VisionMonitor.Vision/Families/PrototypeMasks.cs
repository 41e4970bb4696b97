using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>Draws masks at the image's size from prototypes that lie over the network's frame.</summary>
internal sealed class PrototypeMasks(OutputTensor prototypes, Placement placement)
{
    private readonly float[] _plane = new float[prototypes.Shape[2] * prototypes.Shape[3]];
    private readonly MapSampling _across = MapSampling.Across(placement, prototypes.Shape[3]);
    private readonly MapSampling _down = MapSampling.Down(placement, prototypes.Shape[2]);

    public RunLengthMask Draw(ReadOnlySpan<float> coefficients, BoundingBox box)
    {
        _plane.AsSpan().Clear();
        for (int index = 0; index < coefficients.Length; index++)
        {
            ReadOnlySpan<float> prototype = prototypes.Values.Slice(index * _plane.Length, _plane.Length);
            float weight = coefficients[index];
            for (int cell = 0; cell < _plane.Length; cell++)
            {
                _plane[cell] += weight * prototype[cell];
            }
        }

        // Pixels whose centres lie in the box.
        (int width, int height) = (placement.ImageWidth, placement.ImageHeight);
        Range columns = Math.Clamp((int)Math.Round(box.X), 0, width)..Math.Clamp((int)Math.Round(box.Right), 0, width);
        Range rows = Math.Clamp((int)Math.Round(box.Y), 0, height)..Math.Clamp((int)Math.Round(box.Bottom), 0, height);
        return MaskDrawing.Draw(width, height, columns, rows, (x, y) => ValueAt(x, y) > 0);
    }

    private float ValueAt(int x, int y)
    {
        int columns = prototypes.Shape[3];
        int upper = _down.Cell[y] * columns;
        int lower = _down.Next[y] * columns;
        (int left, int right, float share) = (_across.Cell[x], _across.Next[x], _across.Share[x]);
        float above = _plane[upper + left] + (_plane[upper + right] - _plane[upper + left]) * share;
        float below = _plane[lower + left] + (_plane[lower + right] - _plane[lower + left]) * share;
        return above + (below - above) * _down.Share[y];
    }
}
