namespace VisionMonitor.Panels;

/// <summary>Fewer points of a long series for the screen.</summary>
public static class Thinning
{
    /// <summary>At most <paramref name="most"/> of the items, evenly spread, the last one always among them.</summary>
    public static T[] Evenly<T>(T[] items, int most)
    {
        if (items.Length <= most)
        {
            return items;
        }

        double stride = (double)items.Length / most;
        T[] kept = new T[most];
        for (int index = 0; index < most; index++)
        {
            kept[most - 1 - index] = items[items.Length - 1 - (int)(index * stride)];
        }

        return kept;
    }
}
