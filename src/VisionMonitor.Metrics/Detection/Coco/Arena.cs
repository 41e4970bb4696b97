namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Keeps many small runs of values in few arrays.</summary>
internal sealed class Arena<T>(int chunkLength)
{
    private T[] _chunk = [];
    private int _used;

    public ArraySegment<T> Keep(ReadOnlySpan<T> values)
    {
        if (values.Length > _chunk.Length - _used)
        {
            if (values.Length > chunkLength / 4)
            {
                return values.ToArray();
            }

            _chunk = new T[chunkLength];
            _used = 0;
        }

        values.CopyTo(_chunk.AsSpan(_used));
        var kept = new ArraySegment<T>(_chunk, _used, values.Length);
        _used += values.Length;
        return kept;
    }
}
