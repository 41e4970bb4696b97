namespace VisionMonitor.Metrics.Geometry;

/// <summary>
/// maskApi's polygon rasterizer. There each edge is walked in fifths of a pixel along its longer axis, and the steps that cross the
/// middle of a pixel column are kept; here those steps are computed alone, with the same floating-point expressions, so that the work
/// grows with the columns and not with the perimeter. Holds scratch space: one thread at a time.
/// </summary>
internal sealed class PolygonRaster
{
    /// <summary>Fifths of a pixel; a column's middle lies between the fifths 5k+2 and 5k+3.</summary>
    private const int Scale = 5;

    private int[] _columns = [];
    private uint[] _rows = [];
    private uint[] _sorted = [];
    private int[] _begins = [];
    private int[] _ends = [];
    private uint[] _edges = [];
    private int _count;

    /// <summary>The pixels inside a polygon of an image.</summary>
    public RunLengthMask Fill(int height, int width, ReadOnlySpan<double> coordinates)
    {
        _count = 0;
        int points = coordinates.Length / 2;
        for (int p = 0; p < points; p++)
        {
            int next = p + 1 < points ? p + 1 : 0;
            Cross(Fifths(coordinates[2 * p]), Fifths(coordinates[(2 * p) + 1]), Fifths(coordinates[2 * next]), Fifths(coordinates[(2 * next) + 1]), height, width);
        }

        SortByColumn((uint)height);
        return new RunLengthMask(height, width, Toggle((uint)height * (uint)width));
    }

    /// <summary>C's conversion: toward zero, so that negative coordinates round differently.</summary>
    private static int Fifths(double coordinate) => Math.Abs(coordinate) <= 1e8
        ? (int)((Scale * coordinate) + 0.5)
        : throw new ArgumentException("A polygon's coordinates are finite and within ±1e8 pixels.", nameof(coordinate));

    /// <summary>Notes where one edge crosses the middles of columns.</summary>
    private void Cross(int startX, int startY, int endX, int endY, int height, int width)
    {
        int wide = Math.Abs(endX - startX), high = Math.Abs(endY - startY);
        bool isFlat = wide >= high;
        if (startX == endX)
        {
            return;
        }

        // Both directions of an edge give the same points.
        if (isFlat ? startX > endX : startY > endY)
        {
            (startX, endX, startY, endY) = (endX, startX, endY, startY);
        }

        int first = Math.Max(0, CeilingOfFifth(Math.Min(startX, endX) - 2)), last = Math.Min(width - 1, FloorOfFifth(Math.Max(startX, endX) - 3));
        double slope = isFlat ? (double)(endY - startY) / wide : (double)(endX - startX) / high;
        for (int column = first; column <= last; column++)
        {
            int middle = (Scale * column) + 3, row;
            if (isFlat)
            {
                int step = middle - 1 - startX;
                row = Math.Min((int)(startY + (slope * step) + 0.5), (int)(startY + (slope * (step + 1)) + 0.5));
            }
            else
            {
                int step = StepAcross(startX, slope, middle, high);
                if (step > high)
                {
                    continue;
                }

                row = startY + step - 1;
            }

            Note(column, row < 0 ? 0 : (uint)Math.Min((row + 2) / Scale, height));
        }
    }

    /// <summary>The first step of a steep edge on the far side of a column's middle, by the very expression of the walk.</summary>
    private static int StepAcross(int start, double slope, int middle, int steps)
    {
        int step = Math.Clamp((int)Math.Ceiling((middle - 0.5 - start) / slope), 1, steps);
        bool IsAcross(int at) => slope > 0 ? start + (slope * at) + 0.5 >= middle : start + (slope * at) + 0.5 < middle;
        while (step > 1 && IsAcross(step - 1))
        {
            step--;
        }

        while (step <= steps && !IsAcross(step))
        {
            step++;
        }

        return step;
    }

    private static int CeilingOfFifth(int value) => value <= 0 ? 0 : (value + Scale - 1) / Scale;

    private static int FloorOfFifth(int value) => value < 0 ? -1 : value / Scale;

    private void Note(int column, uint row)
    {
        if (_count == _columns.Length)
        {
            Array.Resize(ref _columns, Math.Max(256, 2 * _count));
            Array.Resize(ref _rows, _columns.Length);
        }

        _columns[_count] = column;
        _rows[_count++] = row;
    }

    /// <summary>Positions in column-major order, ascending: a counting sort by column, then each column's few crossings.</summary>
    private void SortByColumn(uint height)
    {
        if (_sorted.Length < _count)
        {
            _sorted = new uint[_columns.Length];
            _edges = new uint[_columns.Length + 1];
        }

        if (_edges.Length == 0)
        {
            _edges = new uint[1];
        }

        if (_count == 0)
        {
            return;
        }

        int first = int.MaxValue, last = 0;
        foreach (int column in _columns.AsSpan(0, _count))
        {
            (first, last) = (Math.Min(first, column), Math.Max(last, column));
        }

        int span = last - first + 1;
        if (_begins.Length < span + 1)
        {
            _begins = new int[2 * (span + 1)];
            _ends = new int[2 * (span + 1)];
        }

        Span<int> begins = _begins.AsSpan(0, span + 1), ends = _ends.AsSpan(0, span + 1);
        begins.Clear();
        for (int i = 0; i < _count; i++)
        {
            begins[_columns[i] - first + 1]++;
        }

        for (int c = 1; c <= span; c++)
        {
            begins[c] += begins[c - 1];
        }

        begins.CopyTo(ends);
        for (int i = 0; i < _count; i++)
        {
            int column = _columns[i] - first, at = ends[column]++;
            uint position = ((uint)_columns[i] * height) + _rows[i];
            for (; at > begins[column] && _sorted[at - 1] > position; at--)
            {
                _sorted[at] = _sorted[at - 1];
            }

            _sorted[at] = position;
        }
    }

    /// <summary>Ends of runs; two crossings at one place cancel out. The last run ends with the image.</summary>
    private uint[] Toggle(uint size)
    {
        int used = 0;
        foreach (uint edge in _sorted.AsSpan(0, _count))
        {
            if (used > 0 && _edges[used - 1] == edge)
            {
                used--;
            }
            else
            {
                _edges[used++] = edge;
            }
        }

        if (used == 0 || _edges[used - 1] != size)
        {
            _edges[used++] = size;
        }

        return _edges.AsSpan(0, used).ToArray();
    }
}
