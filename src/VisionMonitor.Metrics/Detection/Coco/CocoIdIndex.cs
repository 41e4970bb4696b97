using System.Numerics;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>
/// From ids to numbers of at least 0. A table of our own, as it is compiled ahead with this assembly (a dictionary with a key type of ours is
/// compiled when a command starts) and images and categories are looked up for each record.
/// </summary>
internal sealed class CocoIdIndex
{
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private long[] _keys;

    /// <summary>The number plus 1; 0 marks a free place.</summary>
    private int[] _values;
    private int _count;

    /// <summary>An empty index.</summary>
    /// <param name="expected">How many ids are expected; more fit.</param>
    public CocoIdIndex(int expected = 0)
    {
        int length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * expected));
        (_keys, _values) = (new long[length], new int[length]);
    }

    /// <summary>The number of an id, −1 where it has none.</summary>
    public int Find(CocoId id)
    {
        if (id.Text is { } text)
        {
            return _texts.TryGetValue(text, out int value) ? value : -1;
        }

        return _values[PlaceOf(id.Number)] - 1;
    }

    /// <summary>Gives an id its number, unless it has one.</summary>
    /// <returns>Whether it had none.</returns>
    public bool TryAdd(CocoId id, int value)
    {
        bool isNew = Find(id) < 0;
        if (isNew)
        {
            Set(id, value);
        }

        return isNew;
    }

    /// <summary>Gives an id its number, or another one.</summary>
    public void Set(CocoId id, int value)
    {
        if (id.Text is { } text)
        {
            _texts[text] = value;
            return;
        }

        int place = PlaceOf(id.Number);
        if (_values[place] == 0 && 2 * ++_count > _keys.Length)
        {
            Grow();
            place = PlaceOf(id.Number);
        }

        (_keys[place], _values[place]) = (id.Number, value + 1);
    }

    /// <summary>Where a key is, or would be.</summary>
    private int PlaceOf(long key)
    {
        long[] keys = _keys;
        int[] values = _values;

        // Fibonacci hashing: ids often count up, or have gaps of one size.
        int place = (int)(((ulong)key * 0x9E3779B97F4A7C15) >> (64 - BitOperations.Log2((uint)keys.Length)));
        while (values[place] != 0 && keys[place] != key)
        {
            place = (place + 1) & (keys.Length - 1);
        }

        return place;
    }

    private void Grow()
    {
        (long[] keys, int[] values) = (_keys, _values);
        (_keys, _values) = (new long[2 * keys.Length], new int[2 * keys.Length]);
        for (int i = 0; i < keys.Length; i++)
        {
            if (values[i] != 0)
            {
                int place = PlaceOf(keys[i]);
                (_keys[place], _values[place]) = (keys[i], values[i]);
            }
        }
    }
}
