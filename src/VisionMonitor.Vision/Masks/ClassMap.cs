namespace VisionMonitor.Vision.Masks;

/// <summary>A class for every pixel, as runs along the rows: a picture of segments is a few thousand numbers instead of a million.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Runs">Class and length by turns, row-major; together width × height pixels.</param>
public sealed record ClassMap(int Width, int Height, IReadOnlyList<int> Runs)
{
    /// <summary>A map from pixels.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="classes">Class per pixel, row-major.</param>
    public static ClassMap From(int width, int height, ReadOnlySpan<int> classes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Length, width * height);
        List<int> runs = [];
        int start = 0;
        for (int index = 1; index <= classes.Length; index++)
        {
            if (index == classes.Length || classes[index] != classes[start])
            {
                runs.Add(classes[start]);
                runs.Add(index - start);
                start = index;
            }
        }

        return new(width, height, runs);
    }

    /// <summary>Writes the class of every pixel, row-major, height × width.</summary>
    public void CopyTo(Span<int> classes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Length, Width * Height);
        int at = 0;
        for (int run = 0; run + 1 < Runs.Count; run += 2)
        {
            classes.Slice(at, Runs[run + 1]).Fill(Runs[run]);
            at += Runs[run + 1];
        }
    }

    /// <summary>The same map with every value replaced.</summary>
    /// <param name="replace">The new value for an old one.</param>
    public ClassMap With(Func<int, int> replace)
    {
        ArgumentNullException.ThrowIfNull(replace);
        return this with { Runs = [.. Runs.Select((value, at) => at % 2 == 0 ? replace(value) : value)] };
    }

    /// <summary>Number of pixels per class index, for <paramref name="classCount"/> classes; other values are left out.</summary>
    public long[] CountPixels(int classCount)
    {
        long[] counts = new long[classCount];
        for (int run = 0; run + 1 < Runs.Count; run += 2)
        {
            if (Runs[run] >= 0 && Runs[run] < classCount)
            {
                counts[Runs[run]] += Runs[run + 1];
            }
        }

        return counts;
    }
}
