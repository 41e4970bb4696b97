using System.Collections.Concurrent;

namespace VisionMonitor.Monitoring;

/// <summary>
/// What was paid for once, by what it depends on. At most so many values are kept: then all are dropped, and whoever asks next computes
/// the same again. Safe for many threads.
/// </summary>
/// <param name="limit">The most values that are kept.</param>
internal sealed class Recent<TKey, TValue>(int limit)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> _kept = new();

    /// <summary>The value kept under a key.</summary>
    public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value) => _kept.TryGetValue(key, out value);

    /// <summary>Keeps a value and returns it.</summary>
    public TValue Keep(TKey key, TValue value)
    {
        MakeRoom();
        return _kept[key] = value;
    }

    /// <summary>The value kept under a key, made if there is none; two that ask at once may both make it, and get the same one.</summary>
    public TValue GetOrKeep(TKey key, Func<TKey, TValue> make)
    {
        if (_kept.TryGetValue(key, out TValue? kept))
        {
            return kept;
        }

        MakeRoom();
        return _kept.GetOrAdd(key, make);
    }

    private void MakeRoom()
    {
        if (_kept.Count >= limit)
        {
            _kept.Clear();
        }
    }
}
