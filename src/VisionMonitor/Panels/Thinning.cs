namespace VisionMonitor.Panels;

/// <summary>Fewer points of a long series for the screen. Nothing is averaged: what stays is what was measured.</summary>
public static class Thinning
{
    /// <summary>
    /// The last item of each of <paramref name="most"/> equal stretches of time, so that an hour of runs every minute does
    /// not crowd out a month of runs every day. The newest item always stays.
    /// </summary>
    /// <param name="items">In time order.</param>
    /// <param name="at">When an item is.</param>
    /// <param name="most">At most this many stay, and one more.</param>
    public static T[] ByTime<T>(T[] items, Func<T, DateTimeOffset> at, int most)
    {
        if (items.Length < 2)
        {
            return items;
        }

        DateTimeOffset last = at(items[^1]);
        long stretch = Math.Max(1, (last - at(items[0])).Ticks / most);
        List<T> kept = [];
        for (int index = 0; index < items.Length; index++)
        {
            // Counted back from the newest, so that points do not jump when one more arrives in the same stretch.
            long place = (last - at(items[index])).Ticks / stretch;
            if (index + 1 == items.Length || (last - at(items[index + 1])).Ticks / stretch != place)
            {
                kept.Add(items[index]);
            }
        }

        return [.. kept];
    }
}
