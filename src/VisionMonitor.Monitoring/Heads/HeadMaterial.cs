using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Heads;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Heads;

/// <summary>What a head is fitted to: a backbone and its embeddings of the labelled images, stored or made now.</summary>
public sealed class HeadMaterial
{
    private const int CheckedCount = 8;
    private const float Tolerance = 1e-3f;

    private readonly BlobStore _blobs;
    private readonly string[] _images;

    private HeadMaterial(BlobStore blobs, string[] images) => (_blobs, _images) = (blobs, images);

    /// <summary>What gives the embeddings.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>The embeddings and their classes.</summary>
    public required LabelledVectors Vectors { get; init; }

    /// <summary>How many embeddings were stored already.</summary>
    public required int StoredCount { get; init; }

    /// <summary>How many images <see cref="CheckAsync"/> compares.</summary>
    public int ComparedCount => Math.Min(CheckedCount, _images.Length);

    /// <summary>Gathers the material.</summary>
    /// <exception cref="IngestException">The project tells no classes apart, or too little is labelled.</exception>
    public static async Task<HeadMaterial> LoadAsync(MonitoringDbContext context, BlobStore blobs, Project project, Backbone backbone, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(backbone);
        if (project.Task != VisionTask.Classification)
        {
            throw new IngestException("task_mismatch", $"A head tells classes apart; '{project.Slug}' does {project.Task}.");
        }

        var labelled = await (from image in context.Images.AsNoTracking()
                              join label in context.Labels on new { ImageId = image.Id, Revision = image.LabelRevision } equals new { label.ImageId, label.Revision }
                              where image.ProjectId == project.Id
                              orderby image.ClientId, image.Id
                              select new { image.Id, image.Sha256, label.Truth }).ToListAsync(cancellationToken);
        Dictionary<long, byte[]> stored = backbone.VersionId is not { } version ? [] : await context.Rescores.AsNoTracking()
            .Where(rescore => rescore.ModelVersionId == version && rescore.Embedding != null)
            .ToDictionaryAsync(rescore => rescore.ImageId, rescore => rescore.Embedding!, cancellationToken);
        using ModelSession session = ModelSession.Open(backbone.Path, backbone.Contract);
        List<float[]> vectors = [];
        List<int> classes = [];
        List<string> images = [];
        int reused = 0;
        foreach (var row in labelled)
        {
            if (Truth.FromJson(row.Truth) is not ClassificationTruth { ClassIndex: var index } || index >= project.ClassNames.Count)
            {
                continue;
            }

            bool isStored = stored.TryGetValue(row.Id, out byte[]? bytes);
            vectors.Add(isStored
                ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
                : session.Score(await blobs.ReadAsync(row.Sha256, cancellationToken), ImageLimits.Default, cancellationToken).Embedding!);
            reused += isStored ? 1 : 0;
            classes.Add(index);
            images.Add(row.Sha256);
        }

        if (classes.Distinct().Count() < 2)
        {
            throw new IngestException("too_few_labels", $"A head needs labelled images of two classes at least; '{project.Slug}' has {classes.Count} labelled images of {classes.Distinct().Count()}.");
        }

        return new HeadMaterial(blobs, [.. images])
        {
            Backbone = backbone,
            StoredCount = reused,
            Vectors = new(vectors[0].Length, [.. vectors.SelectMany(vector => vector)], [.. classes], project.ClassNames.Count),
        };
    }

    /// <summary>Compares the merged file with the head on a few images: a graph that was put together wrong must not be registered.</summary>
    /// <returns>By how much they differ at most.</returns>
    /// <exception cref="IngestException">They answer differently.</exception>
    public async Task<float> CheckAsync(string path, ModelContract contract, IHead head, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(head);
        using ModelSession session = ModelSession.Open(path, contract);
        float[] expected = new float[head.ClassCount];
        float largest = 0;
        foreach (string image in _images.Take(CheckedCount))
        {
            ScoredImage scored = session.Score(await _blobs.ReadAsync(image, cancellationToken), ImageLimits.Default, cancellationToken);
            head.Predict(scored.Embedding, expected);
            float[] said = ((ClassificationPrediction)scored.Prediction).Probabilities;
            largest = Math.Max(largest, said.Zip(expected, (a, b) => Math.Abs(a - b)).Max());
        }

        return largest <= Tolerance
            ? largest
            : throw new IngestException("head_differs", FormattableString.Invariant($"The merged file answers differently from the head, by up to {largest:g3}; it is not registered."));
    }
}
