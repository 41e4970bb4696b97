using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>One object's logits in a coarse map over the network's frame, drawn at the image's size: interpolated first, then compared with 0.</summary>
internal sealed class LogitPlane(int rows, int columns, Placement placement)
{
    private readonly float[] _values = new float[rows * columns];
    private readonly MapSampling _across = MapSampling.Across(placement, columns);
    private readonly MapSampling _down = MapSampling.Down(placement, rows);

    /// <summary>Row-major, rows × columns.</summary>
    public Span<float> Values => _values;

    /// <summary>The pixels above 0 whose centres lie in the box.</summary>
    public RunLengthMask Draw(BoundingBox box)
    {
        (int width, int height) = (placement.ImageWidth, placement.ImageHeight);
        Range across = Math.Clamp((int)Math.Round(box.X), 0, width)..Math.Clamp((int)Math.Round(box.Right), 0, width);
        Range down = Math.Clamp((int)Math.Round(box.Y), 0, height)..Math.Clamp((int)Math.Round(box.Bottom), 0, height);
        return MaskDrawing.Draw(width, height, across, down, (x, y) => ValueAt(x, y) > 0);
    }

    /// <summary>Writes the interpolated logit of every pixel of the image, row-major.</summary>
    public void Enlarge(Span<float> logits)
    {
        for (int y = 0, at = 0; y < placement.ImageHeight; y++)
        {
            for (int x = 0; x < placement.ImageWidth; x++, at++)
            {
                logits[at] = ValueAt(x, y);
            }
        }
    }

    private float ValueAt(int x, int y)
    {
        int upper = _down.Cell[y] * columns;
        int lower = _down.Next[y] * columns;
        (int left, int right, float share) = (_across.Cell[x], _across.Next[x], _across.Share[x]);
        float above = _values[upper + left] + (_values[upper + right] - _values[upper + left]) * share;
        float below = _values[lower + left] + (_values[lower + right] - _values[lower + left]) * share;
        return above + (below - above) * _down.Share[y];
    }
}
