using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Heads;

/// <summary>What a head is put behind: a network that gives embeddings.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Path">Its first file; of a model of several files only that one goes into the new version.</param>
/// <param name="Contract">How the whole model is read, with the places of its parts.</param>
/// <param name="AxisCount">How many axes the embedding has when the backbone runs.</param>
/// <param name="VersionId">The registered version, whose stored embeddings are used; null for a file.</param>
public sealed record Backbone(string Name, string Path, ModelContract Contract, int AxisCount, long? VersionId)
{
    /// <summary>The backbone of a file that has been read, or of a version's.</summary>
    /// <exception cref="IngestException">It gives no embeddings, or is refused.</exception>
    public static async Task<Backbone> OfAsync(string name, string path, ModelContract contract, long? versionId, ModelAdmission admission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(admission);
        string output = contract.EmbeddingOutput ?? throw new IngestException("no_embedding", $"The contract of '{name}' names no embedding output (\"embeddingOutput\").");
        AdmissionReport report = await admission.InspectAsync(path, cancellationToken);
        return report.Signature?.Outputs.FirstOrDefault(one => one.Name == output) is { } found
            ? new(name, path, contract, found.Shape.Count, versionId)
            : throw new IngestException(report.Code ?? "no_embedding", report.Sentence ?? $"The model has no output '{output}'.");
    }

    /// <summary>The backbone of a registered version.</summary>
    /// <exception cref="IngestException">There is no such version, or it gives no embeddings.</exception>
    public static Task<Backbone> OfAsync(ModelVersion version, BlobStore blobs, ModelAdmission admission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(blobs);
        return OfAsync(version.Name, blobs.PathOf(version.Sha256), PartFiles.Located(ModelContract.Parse(version.Contract), blobs), version.Id, admission, cancellationToken);
    }
}
