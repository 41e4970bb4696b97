using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>From an image's embedding, properties and confidence to the row of numbers that sketches sum up. Made from a baseline once; the same baseline and seed give the same rows.</summary>
public sealed class DriftFeatures
{
    private const int FittedRows = 4000;
    private readonly RandomFourierFeatures _fourier;
    private readonly PcaReconstruction _components;

    private DriftFeatures(DriftLayout layout, RandomFourierFeatures fourier, PcaReconstruction components) => (Layout, _fourier, _components) = (layout, fourier, components);

    /// <summary>How a row is made up.</summary>
    public DriftLayout Layout { get; }

    /// <summary>Length of an embedding.</summary>
    public int Dimension => _fourier.Dimension;

    /// <summary>Fits bandwidth and principal components on a baseline, of at most 4,000 rows.</summary>
    /// <param name="embeddings">Rows × dimension, row-major, finite, at least 20 rows.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="propertyCount">Image properties in a row.</param>
    /// <param name="featureCount">Random Fourier features.</param>
    /// <param name="componentCount">Principal-component scores.</param>
    /// <param name="seed">Of the frequencies.</param>
    public static DriftFeatures From(ReadOnlySpan<float> embeddings, int dimension, int propertyCount, int featureCount = 256, int componentCount = 24, ulong seed = 1)
    {
        int count = EmbeddingRows.Count(embeddings, dimension, nameof(embeddings));
        if (count < 20)
        {
            throw new ArgumentException($"A baseline of {count} images is too small; 20 are the least, some hundreds are good.", nameof(embeddings));
        }

        ReadOnlySpan<float> some = embeddings[..(Math.Min(count, FittedRows) * dimension)];
        double bandwidth = MedianBandwidth.Within(embeddings, dimension, 1000, SplitMix64.Derive(seed, 0));
        return new DriftFeatures(
            new DriftLayout(featureCount, componentCount, propertyCount),
            new RandomFourierFeatures(dimension, bandwidth, featureCount, SplitMix64.Derive(seed, 1)),
            PcaReconstruction.From(some, dimension));
    }

    /// <summary>The rows of some images.</summary>
    /// <param name="embeddings">Images × dimension, row-major, finite.</param>
    /// <param name="properties">Images × properties, row-major, finite.</param>
    /// <param name="confidences">One for each image, finite.</param>
    /// <returns>Images × row length, row-major.</returns>
    public float[] Rows(ReadOnlySpan<float> embeddings, ReadOnlySpan<float> properties, ReadOnlySpan<float> confidences)
    {
        int count = EmbeddingRows.Count(embeddings, Dimension, nameof(embeddings));
        if (properties.Length != count * Layout.PropertyCount || confidences.Length != count)
        {
            throw new ArgumentException($"{count} embeddings come with {count} × {Layout.PropertyCount} properties and {count} confidences, not {properties.Length} and {confidences.Length}.", nameof(properties));
        }

        float[] fourier = new float[count * Layout.FeatureCount], scores = new float[count * Layout.ComponentCount], rows = new float[count * Layout.RowLength];
        double[] errors = new double[count];
        _fourier.Transform(embeddings, fourier);
        _components.Project(embeddings, errors, scores);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = rows.AsSpan(i * Layout.RowLength, Layout.RowLength);
            fourier.AsSpan(i * Layout.FeatureCount, Layout.FeatureCount).CopyTo(row[Layout.Of(DriftChannel.Appearance)]);
            scores.AsSpan(i * Layout.ComponentCount, Layout.ComponentCount).CopyTo(row[Layout.Of(DriftChannel.Direction)]);
            row[Layout.Of(DriftChannel.Structure)][0] = (float)errors[i];
            properties.Slice(i * Layout.PropertyCount, Layout.PropertyCount).CopyTo(row[Layout.Of(DriftChannel.Properties)]);
            row[^1] = confidences[i];
        }

        return rows;
    }
}
