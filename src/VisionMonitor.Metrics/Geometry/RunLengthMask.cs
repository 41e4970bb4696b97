using System.Text;

namespace VisionMonitor.Metrics.Geometry;

/// <summary>
/// A binary mask as COCO stores it: run lengths in column-major order, background first. Results equal those of maskApi
/// (pycocotools 2.0.11): the same runs, areas, boxes and overlaps. Immutable.
/// </summary>
public sealed class RunLengthMask
{
    /// <summary>Ends of the runs, cumulative: foreground runs are [edge 2j, edge 2j+1).</summary>
    private readonly uint[] _edges;

    internal RunLengthMask(int height, int width, uint[] edges)
    {
        (Height, Width, _edges) = (height, width, edges);
    }

    /// <summary>Rows of the image.</summary>
    public int Height { get; }

    /// <summary>Columns of the image.</summary>
    public int Width { get; }

    /// <summary>Number of foreground pixels.</summary>
    public long Area
    {
        get
        {
            long area = 0;
            for (int i = 1; i < _edges.Length; i += 2)
            {
                area += _edges[i] - _edges[i - 1];
            }

            return area;
        }
    }

    /// <summary>The smallest box of whole pixels around the foreground; all 0 when there is none.</summary>
    public BoundingBox Bounds
    {
        get
        {
            uint height = (uint)Height, left = uint.MaxValue, right = 0, top = uint.MaxValue, bottom = 0;
            for (int i = 1; i < _edges.Length; i += 2)
            {
                if (_edges[i] == _edges[i - 1])
                {
                    continue;
                }

                uint first = _edges[i - 1], last = _edges[i] - 1, firstColumn = first / height, lastColumn = last / height;
                (left, right) = (Math.Min(left, firstColumn), Math.Max(right, lastColumn));
                bool isOneColumn = firstColumn == lastColumn;
                top = Math.Min(top, isOneColumn ? first - (firstColumn * height) : 0);
                bottom = Math.Max(bottom, isOneColumn ? last - (lastColumn * height) : height - 1);
            }

            return left == uint.MaxValue ? default : new BoundingBox(left, top, right - left + 1, bottom - top + 1);
        }
    }

    /// <summary>The run lengths, background first.</summary>
    public uint[] ToCounts()
    {
        uint[] counts = new uint[_edges.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = _edges[i] - (i == 0 ? 0 : _edges[i - 1]);
        }

        return counts;
    }

    /// <summary>A mask of run lengths, background first.</summary>
    /// <exception cref="ArgumentException">The lengths do not add up to height × width.</exception>
    public static RunLengthMask FromCounts(int height, int width, ReadOnlySpan<uint> counts)
    {
        CheckSize(height, width);
        uint[] edges = new uint[counts.Length];
        ulong sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += counts[i];
            edges[i] = (uint)sum;
        }

        return sum == (ulong)height * (ulong)width
            ? new RunLengthMask(height, width, edges)
            : throw new ArgumentException($"The run lengths add up to {sum}, the size is {height} × {width} = {(long)height * width}.", nameof(counts));
    }

    /// <summary>A mask of COCO's compressed text: 5 bits a character from '0', the sixth says that more follow; from the third run on, differences to the last but one.</summary>
    /// <exception cref="ArgumentException">Other characters, or run lengths that do not add up to height × width.</exception>
    public static RunLengthMask FromText(int height, int width, ReadOnlySpan<byte> text)
    {
        CheckSize(height, width);
        int count = 0;
        foreach (byte c in text)
        {
            count += ((c - 48) & 0x20) == 0 ? 1 : 0;
        }

        uint[] edges = new uint[count];
        long edge = 0, previous = 0, beforePrevious = 0, limit = (long)height * width;
        int at = 0;
        for (int run = 0; run < count; run++)
        {
            long value = 0;
            int shift = 0, part;
            do
            {
                part = text[at++] - 48;
                if ((uint)part > 63 || shift > 35)
                {
                    throw new ArgumentException("The compressed run lengths hold a character that does not belong there.", nameof(text));
                }

                value |= (long)(part & 0x1F) << shift;
                shift += 5;
            }
            while ((part & 0x20) != 0);

            value = (part & 0x10) != 0 ? value | (-1L << shift) : value;
            value += run > 2 ? beforePrevious : 0;
            (beforePrevious, previous) = (previous, value);
            edge += value;
            if (value < 0 || edge > limit)
            {
                throw Mismatch(height, width);
            }

            edges[run] = (uint)edge;
        }

        return edge == limit && at == text.Length ? new RunLengthMask(height, width, edges) : throw Mismatch(height, width);
    }

    /// <summary>COCO's compressed text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        uint[] counts = ToCounts();
        for (int i = 0; i < counts.Length; i++)
        {
            long value = i > 2 ? (long)counts[i] - counts[i - 2] : counts[i];
            bool hasMore;
            do
            {
                long part = value & 0x1F;
                value >>= 5;
                hasMore = (part & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)((hasMore ? part | 0x20 : part) + 48));
            }
            while (hasMore);
        }

        return text.ToString();
    }

    /// <summary>The pixels inside a polygon, even-odd, as maskApi rasterizes it.</summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="coordinates">x, y, x, y, … in pixels; an odd last number is dropped; beyond ±1e8 is refused.</param>
    public static RunLengthMask FromPolygon(int height, int width, ReadOnlySpan<double> coordinates)
    {
        CheckSize(height, width);
        return new PolygonRaster().Fill(height, width, coordinates);
    }

    /// <summary>The pixels of a box, as maskApi rasterizes its four corners.</summary>
    public static RunLengthMask FromBox(int height, int width, in BoundingBox box) =>
        FromPolygon(height, width, [box.X, box.Y, box.X, box.Bottom, box.Right, box.Bottom, box.Right, box.Y]);

    /// <summary>A mask of pixels, row-major; not 0 is foreground.</summary>
    /// <exception cref="ArgumentException">Not height × width pixels.</exception>
    public static RunLengthMask FromPixels(int height, int width, ReadOnlySpan<byte> pixels)
    {
        CheckSize(height, width);
        if (pixels.Length != (long)height * width)
        {
            throw new ArgumentException($"{pixels.Length} pixels were given for {height} × {width}.", nameof(pixels));
        }

        var edges = new List<uint>();
        bool isForeground = false;
        for (int x = 0; x < width; x++)
        {
            for (int y = 0; y < height; y++)
            {
                if ((pixels[(y * width) + x] != 0) != isForeground)
                {
                    isForeground = !isForeground;
                    edges.Add((uint)((x * height) + y));
                }
            }
        }

        edges.Add((uint)pixels.Length);
        return new RunLengthMask(height, width, [.. edges]);
    }

    /// <summary>The pixels, row-major, 0 or 1.</summary>
    public byte[] ToPixels()
    {
        byte[] pixels = new byte[checked(Height * Width)];
        for (int i = 1; i < _edges.Length; i += 2)
        {
            for (uint p = _edges[i - 1]; p < _edges[i]; p++)
            {
                pixels[(p % Height * Width) + (p / Height)] = 1;
            }
        }

        return pixels;
    }

    /// <summary>The pixels of either mask.</summary>
    /// <exception cref="ArgumentException">Masks of different sizes.</exception>
    public static RunLengthMask Union(RunLengthMask a, RunLengthMask b) => Merge(a, b, isUnion: true);

    /// <summary>The pixels of both masks.</summary>
    /// <exception cref="ArgumentException">Masks of different sizes.</exception>
    public static RunLengthMask Intersection(RunLengthMask a, RunLengthMask b) => Merge(a, b, isUnion: false);

    /// <summary>Intersection over union, 0 to 1; 0 where the masks do not meet; −1, as in maskApi, where their boxes meet but their sizes differ.</summary>
    public static double IntersectionOverUnion(RunLengthMask a, RunLengthMask b) => MaskOverlap.Of(new MaskShape(a), new MaskShape(b), isCrowd: false, floor: 0);

    /// <summary>The part of a prediction that lies in a crowd region, 0 to 1.</summary>
    public static double IntersectionOverPredicted(RunLengthMask predicted, RunLengthMask crowd) =>
        MaskOverlap.Of(new MaskShape(predicted), new MaskShape(crowd), isCrowd: true, floor: 0);

    internal ReadOnlySpan<uint> Edges => _edges;

    internal static void CheckSize(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        if ((long)height * width > uint.MaxValue)
        {
            throw new ArgumentException($"A mask of {height} × {width} pixels is too large: run lengths have 32 bits.");
        }
    }

    private static ArgumentException Mismatch(int height, int width) => new($"The run lengths do not add up to the size {height} × {width}.");

    /// <summary>maskApi's rleMerge, run by run, so that zero-length runs come out as there.</summary>
    private static RunLengthMask Merge(RunLengthMask a, RunLengthMask b, bool isUnion)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Height != b.Height || a.Width != b.Width)
        {
            throw new ArgumentException($"Masks of different sizes: {a.Height} × {a.Width} and {b.Height} × {b.Width}.");
        }

        var edges = new List<uint>(a._edges.Length + b._edges.Length);
        int i = 0, j = 0;
        bool inA = false, inB = false, inside = false;
        while (i < a._edges.Length || j < b._edges.Length)
        {
            uint edgeA = i < a._edges.Length ? a._edges[i] : uint.MaxValue, edgeB = j < b._edges.Length ? b._edges[j] : uint.MaxValue;
            uint edge = Math.Min(edgeA, edgeB);
            if (edgeA == edge && i < a._edges.Length)
            {
                i++;
                inA = !inA;
            }

            if (edgeB == edge && j < b._edges.Length)
            {
                j++;
                inB = !inB;
            }

            bool isLast = i == a._edges.Length && j == b._edges.Length;
            bool now = isUnion ? inA || inB : inA && inB;
            if (now != inside || isLast)
            {
                edges.Add(edge);
                inside = now;
            }
        }

        return new RunLengthMask(a.Height, a.Width, [.. edges]);
    }
}
