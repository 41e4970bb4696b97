namespace VisionMonitor.Vision.Heads;

/// <summary>Embeddings of labelled images.</summary>
/// <param name="Dimension">Length of a vector.</param>
/// <param name="Values">Images × dimension, row-major, finite.</param>
/// <param name="Classes">The class of each image, from 0.</param>
/// <param name="ClassCount">Number of classes.</param>
public sealed record LabelledVectors(int Dimension, float[] Values, int[] Classes, int ClassCount)
{
    /// <summary>Number of images.</summary>
    public int Count => Classes.Length;

    /// <summary>One image's vector.</summary>
    public ReadOnlySpan<float> this[int index] => Values.AsSpan(index * Dimension, Dimension);

    /// <summary>Some of the images, in the order given.</summary>
    public LabelledVectors Take(IReadOnlyList<int> indexes)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        float[] values = new float[indexes.Count * Dimension];
        for (int at = 0; at < indexes.Count; at++)
        {
            this[indexes[at]].CopyTo(values.AsSpan(at * Dimension));
        }

        return new(Dimension, values, [.. indexes.Select(index => Classes[index])], ClassCount);
    }

    /// <summary>Number of images of every class.</summary>
    public int[] Counts()
    {
        int[] counts = new int[ClassCount];
        foreach (int index in Classes)
        {
            counts[index]++;
        }

        return counts;
    }
}
