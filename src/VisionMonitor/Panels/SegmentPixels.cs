using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Masks;

namespace VisionMonitor.Panels;

/// <summary>How many pixels each segment of a map has, and the box around them; read from the map's runs.</summary>
internal sealed class SegmentPixels
{
    private readonly ClassMap? _map;
    private readonly Dictionary<int, (long Count, int Left, int Top, int Right, int Bottom)> _segments = [];

    public SegmentPixels(ClassMap? map)
    {
        _map = map;
        foreach ((int start, int length, int id) in Runs())
        {
            for (int at = start; at < start + length;)
            {
                // A run may go on over the end of its row.
                (int x, int y) = (at % map!.Width, at / map.Width);
                int part = Math.Min(start + length - at, map.Width - x);
                Add(id, x, y, part);
                at += part;
            }
        }
    }

    public long CountOf(int id) => _segments.GetValueOrDefault(id).Count;

    public BoundingBox BoxOf(int id) => _segments.TryGetValue(id, out var one) ? new BoundingBox(one.Left, one.Top, one.Right - one.Left, one.Bottom - one.Top) : default;

    /// <summary>The pixels that a segment of one map shares with one of the other; nothing where the sizes differ.</summary>
    public static Dictionary<(int, int), long> Shared(SegmentPixels a, SegmentPixels b)
    {
        Dictionary<(int, int), long> shared = [];
        if (a._map is null || b._map is null || (a._map.Width, a._map.Height) != (b._map.Width, b._map.Height))
        {
            return shared;
        }

        using IEnumerator<(int Start, int Length, int Id)> other = b.Runs().GetEnumerator();
        bool hasOther = other.MoveNext();
        foreach ((int start, int length, int id) in a.Runs())
        {
            while (hasOther && other.Current.Start < start + length)
            {
                int both = Math.Min(start + length, other.Current.Start + other.Current.Length) - Math.Max(start, other.Current.Start);
                shared[(id, other.Current.Id)] = shared.GetValueOrDefault((id, other.Current.Id)) + both;
                if (other.Current.Start + other.Current.Length > start + length)
                {
                    break;
                }

                hasOther = other.MoveNext();
            }
        }

        return shared;
    }

    private void Add(int id, int x, int y, int length) => _segments[id] = _segments.TryGetValue(id, out var one)
        ? (one.Count + length, Math.Min(one.Left, x), one.Top, Math.Max(one.Right, x + length), y + 1)
        : (length, x, y, x + length, y + 1);

    private IEnumerable<(int Start, int Length, int Id)> Runs()
    {
        int start = 0;
        for (int run = 0; run + 1 < (_map?.Runs.Count ?? 0); run += 2)
        {
            yield return (start, _map!.Runs[run + 1], _map.Runs[run]);
            start += _map.Runs[run + 1];
        }
    }
}
