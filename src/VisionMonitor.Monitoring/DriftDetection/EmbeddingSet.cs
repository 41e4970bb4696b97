using System.Runtime.InteropServices;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Embeddings of some images, row-major.</summary>
/// <param name="Dimension">Length of a row; 0 where there is none.</param>
/// <param name="Rows">Images × dimension, finite, no row all zero.</param>
public sealed record EmbeddingSet(int Dimension, float[] Rows)
{
    /// <summary>How many images.</summary>
    public int Count => Dimension == 0 ? 0 : Rows.Length / Dimension;

    /// <summary>Reads stored vectors; rows that are empty, all zero, not finite or of another length than the first are left out.</summary>
    public static EmbeddingSet FromBytes(IEnumerable<byte[]?> vectors)
    {
        int dimension = 0;
        List<float> rows = [];
        foreach (byte[] bytes in vectors.OfType<byte[]>())
        {
            ReadOnlySpan<float> row = MemoryMarshal.Cast<byte, float>(bytes);
            dimension = dimension == 0 ? row.Length : dimension;
            if (row.Length == dimension && row.ContainsAnyExcept(0f) && IsFinite(row))
            {
                rows.AddRange(row);
            }
        }

        return new EmbeddingSet(dimension, [.. rows]);
    }

    /// <summary>The stored form of a vector: little-endian float32.</summary>
    public static byte[] ToBytes(ReadOnlySpan<float> vector) => MemoryMarshal.AsBytes(vector).ToArray();

    private static bool IsFinite(ReadOnlySpan<float> row)
    {
        foreach (float value in row)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
