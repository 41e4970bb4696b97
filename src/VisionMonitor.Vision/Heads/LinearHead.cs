using System.Numerics.Tensors;

namespace VisionMonitor.Vision.Heads;

/// <summary>A weight per class and number of the embedding, and a bias per class; a softmax makes probabilities of them.</summary>
/// <param name="dimension">Length of an embedding.</param>
/// <param name="weights">Classes × dimension, row-major.</param>
/// <param name="biases">One per class.</param>
public sealed class LinearHead(int dimension, float[] weights, float[] biases) : IHead
{
    /// <inheritdoc/>
    public int ClassCount => biases.Length;

    /// <summary>Length of an embedding.</summary>
    public int Dimension => dimension;

    /// <summary>Classes × dimension, row-major.</summary>
    public ReadOnlyMemory<float> Weights => weights;

    /// <summary>One per class.</summary>
    public ReadOnlyMemory<float> Biases => biases;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> vector, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, dimension);
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, biases.Length);
        for (int index = 0; index < biases.Length; index++)
        {
            probabilities[index] = biases[index] + TensorPrimitives.Dot(weights.AsSpan(index * dimension, dimension), vector);
        }

        float largest = TensorPrimitives.Max((ReadOnlySpan<float>)probabilities);
        float sum = 0;
        for (int index = 0; index < probabilities.Length; index++)
        {
            sum += probabilities[index] = MathF.Exp(probabilities[index] - largest);
        }

        TensorPrimitives.Divide(probabilities, sum, probabilities);
    }

    /// <summary>The same decisions with softer (above 1) or harder probabilities.</summary>
    public LinearHead AtTemperature(double temperature) => new(dimension, [.. weights.Select(weight => (float)(weight / temperature))], [.. biases.Select(bias => (float)(bias / temperature))]);
}
