using System.Buffers;

namespace VisionMonitor.Metrics.Detection;

/// <summary>Stable sorts by falling confidence: equal confidences keep their order, as numpy's mergesort of −score does.</summary>
internal static class StableSort
{
    private const int RunLength = 24;

    /// <summary>Sorts indices by the keys they point at, largest first.</summary>
    public static void Descending(Span<int> indices, ReadOnlySpan<double> keys)
    {
        for (int start = 0; start < indices.Length; start += RunLength)
        {
            Insert(indices.Slice(start, Math.Min(RunLength, indices.Length - start)), keys);
        }

        if (indices.Length <= RunLength)
        {
            return;
        }

        int[] rented = ArrayPool<int>.Shared.Rent(indices.Length);
        Span<int> from = indices, to = rented.AsSpan(0, indices.Length);
        for (int width = RunLength; width < indices.Length; width *= 2)
        {
            for (int start = 0; start < from.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, from.Length), end = Math.Min(start + (2 * width), from.Length);
                Merge(from[start..middle], from[middle..end], to[start..end], keys);
            }

            Span<int> swap = from;
            from = to;
            to = swap;
        }

        if (from != indices)
        {
            from.CopyTo(indices);
        }

        ArrayPool<int>.Shared.Return(rented);
    }

    private static void Insert(Span<int> indices, ReadOnlySpan<double> keys)
    {
        for (int i = 1; i < indices.Length; i++)
        {
            int moved = indices[i];
            double key = keys[moved];
            int at = i;
            while (at > 0 && keys[indices[at - 1]] < key)
            {
                indices[at] = indices[at - 1];
                at--;
            }

            indices[at] = moved;
        }
    }

    private static void Merge(ReadOnlySpan<int> left, ReadOnlySpan<int> right, Span<int> merged, ReadOnlySpan<double> keys)
    {
        int l = 0, r = 0;
        for (int i = 0; i < merged.Length; i++)
        {
            merged[i] = r == right.Length || (l < left.Length && keys[left[l]] >= keys[right[r]]) ? left[l++] : right[r++];
        }
    }
}
