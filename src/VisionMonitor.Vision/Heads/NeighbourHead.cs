using System.Numerics.Tensors;

namespace VisionMonitor.Vision.Heads;

/// <summary>The votes of the nearest labelled images by cosine; each of the k has one, so that probabilities are multiples of 1 / k.</summary>
public sealed class NeighbourHead : IHead
{
    private readonly float[] _examples;
    private readonly int[] _classes;

    /// <summary>A head that remembers these images.</summary>
    /// <param name="vectors">Images, none all zero.</param>
    /// <param name="neighbourCount">How many vote; at most as many as there are images.</param>
    public NeighbourHead(LabelledVectors vectors, int neighbourCount)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbourCount);
        (Dimension, ClassCount, _classes) = (vectors.Dimension, vectors.ClassCount, vectors.Classes);
        NeighbourCount = Math.Min(neighbourCount, vectors.Count);
        _examples = [.. vectors.Values];
        for (int index = 0; index < vectors.Count; index++)
        {
            Span<float> row = _examples.AsSpan(index * Dimension, Dimension);
            float length = TensorPrimitives.Norm<float>(row);
            TensorPrimitives.Divide(row, length > 0 ? length : 1, row);
        }
    }

    /// <inheritdoc/>
    public int ClassCount { get; }

    /// <summary>Length of an embedding.</summary>
    public int Dimension { get; }

    /// <summary>How many images vote.</summary>
    public int NeighbourCount { get; }

    /// <summary>Images × dimension, each of length 1.</summary>
    public ReadOnlyMemory<float> Examples => _examples;

    /// <summary>The class of each image.</summary>
    public IReadOnlyList<int> Classes => _classes;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> vector, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, Dimension);
        float[] similarities = new float[_classes.Length];
        int[] order = new int[_classes.Length];
        for (int index = 0; index < order.Length; index++)
        {
            // The vector's own length changes no order; equal ones keep the images' order.
            (similarities[index], order[index]) = (-TensorPrimitives.Dot(_examples.AsSpan(index * Dimension, Dimension), vector), index);
        }

        int[] nearest = [.. order.OrderBy(index => similarities[index]).Take(NeighbourCount)];
        probabilities.Clear();
        foreach (int index in nearest)
        {
            probabilities[_classes[index]] += 1f / NeighbourCount;
        }
    }
}
