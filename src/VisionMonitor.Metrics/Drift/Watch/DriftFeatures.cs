using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// From an image's embedding, properties and confidence to the row of numbers that sketches sum up. It depends on nothing but the length of an embedding and the
/// seed, so sketches of years can be added and compared with any baseline: embeddings are brought to length 1, which makes bandwidths universal.
/// </summary>
public sealed class DriftFeatures
{
    /// <summary>Distances of unit vectors lie between 0 and 2: a fine look and a coarse one.</summary>
    private const double FineBandwidth = 0.25;
    private const double CoarseBandwidth = 0.8;

    private readonly RandomFourierFeatures _fine;
    private readonly RandomFourierFeatures _coarse;
    private readonly PackedRows<float> _directions;

    /// <summary>Draws the features.</summary>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="propertyCount">Image properties in a row.</param>
    /// <param name="featureCount">Random Fourier features, a multiple of 4.</param>
    /// <param name="componentCount">Random directions in which the mean is followed.</param>
    /// <param name="seed">Rows of different seeds do not mix.</param>
    public DriftFeatures(int dimension, int propertyCount, int featureCount = 256, int componentCount = 24, ulong seed = 1)
    {
        Layout = new DriftLayout(featureCount, componentCount, propertyCount);
        _fine = new RandomFourierFeatures(dimension, FineBandwidth, featureCount / 2, SplitMix64.Derive(seed, 1));
        _coarse = new RandomFourierFeatures(dimension, CoarseBandwidth, featureCount / 2, SplitMix64.Derive(seed, 2));
        float[] directions = new float[componentCount * dimension];
        for (int i = 0; i < directions.Length; i++)
        {
            directions[i] = (float)SplitMix64.Normal(SplitMix64.Derive(seed, 3), (ulong)i);
        }

        _directions = new PackedRows<float>(directions, componentCount, dimension);
    }

    /// <summary>How a row is made up.</summary>
    public DriftLayout Layout { get; }

    /// <summary>Length of an embedding.</summary>
    public int Dimension => _fine.Dimension;

    /// <summary>The rows of some images.</summary>
    /// <param name="embeddings">Images × dimension, row-major, finite; a row of zeros stays zero.</param>
    /// <param name="properties">Images × properties, row-major, finite, about 0 to 1.</param>
    /// <param name="confidences">One for each image, 0 to 1.</param>
    /// <returns>Images × row length, row-major.</returns>
    public float[] Rows(ReadOnlySpan<float> embeddings, ReadOnlySpan<float> properties, ReadOnlySpan<float> confidences)
    {
        int count = EmbeddingRows.Count(embeddings, Dimension, nameof(embeddings)), half = Layout.FeatureCount / 2;
        if (properties.Length != count * Layout.PropertyCount || confidences.Length != count)
        {
            throw new ArgumentException($"{count} embeddings come with {count} × {Layout.PropertyCount} properties and {count} confidences, not {properties.Length} and {confidences.Length}.", nameof(properties));
        }

        (float[] units, float[] lengths) = Units(embeddings, count);
        float[] fine = new float[count * half], coarse = new float[count * half], scores = new float[count * Layout.ComponentCount], rows = new float[count * Layout.RowLength];
        _fine.Transform(units, fine);
        _coarse.Transform(units, coarse);
        MatrixProduct.TransposedB(units, count, _directions, scores, Layout.ComponentCount);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = rows.AsSpan(i * Layout.RowLength, Layout.RowLength);
            fine.AsSpan(i * half, half).CopyTo(row);
            coarse.AsSpan(i * half, half).CopyTo(row[half..]);
            scores.AsSpan(i * Layout.ComponentCount, Layout.ComponentCount).CopyTo(row[Layout.Of(DriftChannel.Direction)]);
            row[Layout.Of(DriftChannel.Structure)][0] = lengths[i];
            properties.Slice(i * Layout.PropertyCount, Layout.PropertyCount).CopyTo(row[Layout.Of(DriftChannel.Properties)]);
            row[^1] = confidences[i];
        }

        return rows;
    }

    /// <summary>Every row brought to length 1, and the logarithm of the length it had.</summary>
    private (float[] Units, float[] LogLengths) Units(ReadOnlySpan<float> embeddings, int count)
    {
        float[] units = embeddings.ToArray(), lengths = new float[count];
        for (int i = 0; i < count; i++)
        {
            Span<float> row = units.AsSpan(i * Dimension, Dimension);
            double square = 0;
            foreach (float value in row)
            {
                square += (double)value * value;
            }

            double length = Math.Sqrt(Math.Max(square, 1e-24));
            lengths[i] = (float)Math.Log(length);
            for (int d = 0; d < row.Length; d++)
            {
                row[d] = (float)(row[d] / length);
            }
        }

        return (units, lengths);
    }
}
