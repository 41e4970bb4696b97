using System.Numerics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Checks on embeddings, images × dimensions, row-major.</summary>
internal static class EmbeddingRows
{
    /// <summary>How many rows; throws where the length is no multiple of the dimension, or a number is NaN or infinite.</summary>
    public static int Count(ReadOnlySpan<float> rows, int dimension, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (rows.Length % dimension != 0)
        {
            throw new ArgumentException($"{rows.Length} numbers are no whole rows of {dimension}.", name);
        }

        for (int i = FirstSuspect(rows); i < rows.Length; i++)
        {
            if (!float.IsFinite(rows[i]))
            {
                throw new ArgumentException($"Row {i / dimension}, dimension {i % dimension} is {rows[i]}: embeddings are finite.", name);
            }
        }

        return rows.Length / dimension;
    }

    /// <summary>Where the first few numbers begin that are not all finite, or too few are left to look at together: x · 0 is 0 for finite x only.</summary>
    private static int FirstSuspect(ReadOnlySpan<float> rows)
    {
        int i = 0;
        while (i <= rows.Length - Vector<float>.Count && new Vector<float>(rows[i..]) * 0f == Vector<float>.Zero)
        {
            i += Vector<float>.Count;
        }

        return i;
    }
}
