using System.Numerics.Tensors;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// The classes that can be the largest anywhere between four neighbouring cells of a score map: interpolation never leaves the range of its corners, so a
/// class whose largest corner is below another's smallest cannot win. Of 150 classes two or three are left, and only they are interpolated.
/// </summary>
internal sealed class MapContenders
{
    /// <summary>Rounding may leave the corners' range by a few millionths of the largest score.</summary>
    private const float Slack = 8e-6f;

    private readonly int _count;
    private readonly int _rows;
    private readonly int _columns;
    private readonly float _margin;
    private readonly int[] _starts;
    private readonly int[] _classes;
    private readonly float[] _largest;
    private int _row = -1;

    /// <param name="map">Scores, <c>[1, classes, rows, columns]</c>.</param>
    public MapContenders(OutputTensor map)
    {
        (_count, _rows, _columns) = (map.Shape[1], map.Shape[2], map.Shape[3]);
        _margin = Slack * Math.Abs(TensorPrimitives.MaxMagnitude(map.Values));
        _starts = new int[_columns + 1];
        _classes = new int[_columns * _count];
        _largest = new float[_columns * _count];
    }

    /// <summary>Finds the contenders between a row of cells and the next one; does nothing where it has them already.</summary>
    /// <param name="values">The map's scores.</param>
    /// <param name="row">The upper row.</param>
    public void GoTo(ReadOnlySpan<float> values, int row)
    {
        if (row == _row)
        {
            return;
        }

        _row = row;
        Span<float> sure = stackalloc float[Math.Min(_columns, 1024)];
        sure = _columns > 1024 ? new float[_columns] : sure;
        sure.Fill(float.NegativeInfinity);
        int below = Math.Min(row + 1, _rows - 1);
        for (int classIndex = 0; classIndex < _count; classIndex++)
        {
            ReadOnlySpan<float> plane = values.Slice(classIndex * _rows * _columns, _rows * _columns);
            ReadOnlySpan<float> upper = plane.Slice(row * _columns, _columns), lower = plane.Slice(below * _columns, _columns);
            for (int column = 0; column < _columns; column++)
            {
                int next = Math.Min(column + 1, _columns - 1);
                (float a, float b, float c, float d) = (upper[column], upper[next], lower[column], lower[next]);
                _largest[classIndex * _columns + column] = Math.Max(Math.Max(a, b), Math.Max(c, d));
                sure[column] = Math.Max(sure[column], Math.Min(Math.Min(a, b), Math.Min(c, d)));
            }
        }

        int found = 0;
        for (int column = 0; column < _columns; column++)
        {
            _starts[column] = found;
            for (int classIndex = 0; classIndex < _count; classIndex++)
            {
                if (_largest[classIndex * _columns + column] + _margin >= sure[column])
                {
                    _classes[found++] = classIndex;
                }
            }
        }

        _starts[_columns] = found;
    }

    /// <summary>The contenders between a cell and its neighbour to the right, in ascending order.</summary>
    public ReadOnlySpan<int> Of(int column) => _classes.AsSpan(_starts[column], _starts[column + 1] - _starts[column]);
}
