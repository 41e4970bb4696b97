using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Heads;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Commands;

/// <summary>What a head is fitted to: a backbone and its embeddings of the labelled images, stored or made now.</summary>
internal sealed class HeadMaterial
{
    private const int CheckedCount = 8;
    private const float Tolerance = 1e-3f;

    private readonly BlobStore _blobs;
    private readonly string[] _images;

    private HeadMaterial(BlobStore blobs, string[] images) => (_blobs, _images) = (blobs, images);

    public required string Name { get; init; }

    public required byte[] Backbone { get; init; }

    public required ModelContract Contract { get; init; }

    /// <summary>How many axes the embedding has when the backbone runs.</summary>
    public required int AxisCount { get; init; }

    public required LabelledVectors Vectors { get; init; }

    /// <summary>Gathers the material.</summary>
    /// <exception cref="IngestException">There is no such embedder, it gives no embeddings, or too little is labelled.</exception>
    public static async Task<HeadMaterial> LoadAsync(MonitoringDbContext db, BlobStore blobs, Project project, string embedder, CancellationToken cancellationToken)
    {
        ModelVersion? version = File.Exists(embedder) ? null : await FindAsync(db, project, embedder, cancellationToken);
        string path = version is null ? Path.GetFullPath(embedder) : blobs.PathOf(version.Sha256);
        ModelContract contract = version is null
            ? await PredictCommand.ContractAsync(new FileInfo(path), null, null, PartOptions.Read(null), cancellationToken)
            : PartFiles.Located(ModelContract.Parse(version.Contract), blobs);
        string output = contract.EmbeddingOutput
            ?? throw new IngestException("no_embedding", $"The contract of '{embedder}' names no embedding output (\"embeddingOutput\").");
        AdmissionReport report = await ThisProgram.Admission().InspectAsync(path, cancellationToken);
        int axes = report.Signature?.Outputs.FirstOrDefault(one => one.Name == output)?.Shape.Count
            ?? throw new IngestException(report.Code ?? "no_embedding", report.Sentence ?? $"The model has no output '{output}'.");

        var labelled = await (from image in db.Images.AsNoTracking()
                              join label in db.Labels on new { ImageId = image.Id, Revision = image.LabelRevision } equals new { label.ImageId, label.Revision }
                              where image.ProjectId == project.Id
                              orderby image.ClientId, image.Id
                              select new { image.Id, image.Sha256, label.Truth }).ToListAsync(cancellationToken);
        Dictionary<long, byte[]> stored = version is null ? [] : await db.Rescores.AsNoTracking()
            .Where(rescore => rescore.ModelVersionId == version.Id && rescore.Embedding != null)
            .ToDictionaryAsync(rescore => rescore.ImageId, rescore => rescore.Embedding!, cancellationToken);
        using ModelSession session = ModelSession.Open(path, contract);
        List<float[]> vectors = [];
        List<int> classes = [];
        List<string> images = [];
        int made = 0;
        foreach (var row in labelled)
        {
            if (Truth.FromJson(row.Truth) is not ClassificationTruth { ClassIndex: var index } || index >= project.ClassNames.Count)
            {
                continue;
            }

            float[] vector = stored.TryGetValue(row.Id, out byte[]? bytes)
                ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
                : session.Score(await blobs.ReadAsync(row.Sha256, cancellationToken), ImageLimits.Default, cancellationToken).Embedding!;
            made += bytes is null ? 1 : 0;
            vectors.Add(vector);
            classes.Add(index);
            images.Add(row.Sha256);
        }

        if (classes.Distinct().Count() < 2)
        {
            throw new IngestException("too_few_labels", $"A head needs labelled images of two classes at least; '{project.Slug}' has {classes.Count} labelled images of {classes.Distinct().Count()}.");
        }

        Console.WriteLine($"embeddings: {vectors.Count - made} stored, {made} made now");
        return new HeadMaterial(blobs, [.. images])
        {
            Name = version?.Name ?? Path.GetFileNameWithoutExtension(path),
            Backbone = await File.ReadAllBytesAsync(path, cancellationToken),
            Contract = contract,
            AxisCount = axes,
            Vectors = new(vectors[0].Length, [.. vectors.SelectMany(vector => vector)], [.. classes], project.ClassNames.Count),
        };
    }

    /// <summary>Compares the merged file with the head on a few images: a graph that was put together wrong must not be registered.</summary>
    /// <exception cref="IngestException">They answer differently.</exception>
    public async Task CheckAsync(string path, ModelContract contract, IHead head, CancellationToken cancellationToken)
    {
        using ModelSession session = ModelSession.Open(path, contract);
        float[] expected = new float[head.ClassCount];
        float largest = 0;
        for (int at = 0; at < Math.Min(CheckedCount, _images.Length); at++)
        {
            ScoredImage scored = session.Score(await _blobs.ReadAsync(_images[at], cancellationToken), ImageLimits.Default, cancellationToken);
            head.Predict(scored.Embedding, expected);
            float[] said = ((ClassificationPrediction)scored.Prediction).Probabilities;
            largest = Math.Max(largest, said.Zip(expected, (a, b) => Math.Abs(a - b)).Max());
        }

        if (largest > Tolerance)
        {
            throw new IngestException("head_differs", string.Create(CultureInfo.InvariantCulture, $"The merged file answers differently from the head, by up to {largest:g3}; it is not registered."));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the merged file answers like the head on {Math.Min(CheckedCount, _images.Length)} images, within {largest:g2}"));
    }

    private static async Task<ModelVersion> FindAsync(MonitoringDbContext db, Project project, string embedder, CancellationToken cancellationToken)
    {
        int number = int.TryParse(embedder.TrimStart('v'), CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
        return await db.ModelVersions.AsNoTracking().Where(one => one.ProjectId == project.Id && (one.Number == number || one.Name == embedder)).OrderByDescending(one => one.Number).FirstOrDefaultAsync(cancellationToken)
            ?? throw new IngestException("version_not_found", $"There is neither a file '{embedder}' nor such a version of '{project.Slug}'.");
    }
}
