namespace VisionMonitor.Panels;

/// <summary>Fewer points of a long series for the screen. Nothing is averaged: what stays is what was measured.</summary>
public static class Thinning
{
    /// <summary>
    /// The last item of each of <paramref name="most"/> equal stretches of time, so that an hour of runs every minute does
    /// not crowd out a month of runs every day. Where some items of a stretch are preferred, the last of those: a run whose
    /// labels have arrived says more than the one after it that still waits.
    /// </summary>
    /// <param name="items">In time order.</param>
    /// <param name="at">When an item is.</param>
    /// <param name="most">At most this many stay, and one more.</param>
    /// <param name="isPreferred">Whether an item is to be kept rather than a later one.</param>
    public static T[] ByTime<T>(T[] items, Func<T, DateTimeOffset> at, int most, Func<T, bool> isPreferred)
    {
        if (items.Length < 2)
        {
            return items;
        }

        // Counted back from the newest, so that points do not jump when one more arrives in the same stretch.
        DateTimeOffset last = at(items[^1]);
        long stretch = Math.Max(1, (last - at(items[0])).Ticks / most);
        return [.. items.GroupBy(item => (last - at(item)).Ticks / stretch).Select(group => group.LastOrDefault(isPreferred) is { } preferred && isPreferred(preferred) ? preferred : group.Last())];
    }
}
