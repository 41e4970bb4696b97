using System.Collections.Concurrent;
using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Sketches the images of a shard: one row for each hour, camera and predicted class.</summary>
public static class ShardSketches
{
    private static readonly ConcurrentDictionary<int, DriftFeatures> Features = new();

    /// <summary>The features of embeddings of a length; the same for everyone, for ever.</summary>
    public static DriftFeatures FeaturesOf(int dimension) => Features.GetOrAdd(dimension, length => new DriftFeatures(length, SketchedImage.PropertyCount));

    /// <summary>The rows of one version's answers; their run and shard are for the caller to set.</summary>
    /// <param name="version">The version.</param>
    /// <param name="answers">Its images, with what it said of them.</param>
    public static IReadOnlyList<DriftSketchRow> Of(ModelVersion version, IEnumerable<(Image Image, SketchedImage Sketched)> answers)
    {
        (Image Image, SketchedImage Sketched)[] all = [.. answers];
        if (all.Length == 0)
        {
            return [];
        }

        string fingerprint = EmbeddingFingerprint.Of(version);
        int dimension = all[0].Sketched.Embedding.Length;
        (DriftFeatures features, float[] rows) = Rows([.. all.Select(one => one.Sketched)], dimension);
        int width = features.Layout.RowLength;
        Dictionary<(long Hour, string Camera, int Class), DriftSketch> cells = [];
        for (int i = 0; i < all.Length; i++)
        {
            var cell = (all[i].Image.CapturedAt.ToUnixTimeSeconds() / 3600, all[i].Image.Camera, all[i].Sketched.ClassIndex);
            if (!cells.TryGetValue(cell, out DriftSketch? sketch))
            {
                cells.Add(cell, sketch = new DriftSketch(features.Layout, fingerprint));
            }

            sketch.Add(rows.AsSpan(i * width, width));
        }

        return [.. cells.Select(cell => new DriftSketchRow
        {
            ModelVersionId = version.Id,
            Hour = cell.Key.Hour,
            Camera = cell.Key.Camera,
            ClassIndex = cell.Key.Class,
            ImageCount = (int)cell.Value.Count,
            Fingerprint = fingerprint,
            Sketch = cell.Value.ToBytes(),
        })];
    }

    /// <summary>The feature rows of images whose embeddings have this length; all have.</summary>
    public static (DriftFeatures Features, float[] Rows) Rows(IReadOnlyList<SketchedImage> images, int dimension)
    {
        DriftFeatures features = FeaturesOf(dimension);
        return (features, features.Rows(
            [.. images.SelectMany(image => image.Embedding)],
            [.. images.SelectMany(image => image.Properties)],
            [.. images.Select(image => image.Confidence)]));
    }
}
