using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>The embeddings of baselines, by camera. Those of a baseline that is scored in full cannot change and are kept.</summary>
public sealed class BaselineEmbeddings
{
    private readonly Recent<(long Baseline, long Version), Baseline> _kept = new(32);

    /// <summary>A version's embeddings of a baseline.</summary>
    internal async Task<Baseline> GetAsync(MonitoringDbContext context, long? baselineId, long versionId, CancellationToken cancellationToken)
    {
        if (baselineId is not { } id)
        {
            return Baseline.None;
        }

        if (_kept.TryGet((id, versionId), out Baseline? kept))
        {
            return kept;
        }

        int memberCount = await context.ImageSetMembers.CountAsync(member => member.ImageSetId == id, cancellationToken);
        var rows = await context.ImageSetMembers
            .Where(member => member.ImageSetId == id)
            .Join(context.Rescores.Where(rescore => rescore.ModelVersionId == versionId), member => member.ImageId, rescore => rescore.ImageId, (member, rescore) => rescore)
            .Join(context.Images, rescore => rescore.ImageId, image => image.Id, (rescore, image) => new { image.ClientId, image.Camera, rescore.Embedding })
            .ToListAsync(cancellationToken);

        // By client id, which is the same on every database, so that calibrations are too.
        var ordered = rows.OrderBy(row => row.ClientId, StringComparer.Ordinal).ToList();
        Dictionary<string, EmbeddingSet> sets = ordered.GroupBy(row => row.Camera).ToDictionary(camera => camera.Key, camera => EmbeddingSet.FromBytes(camera.Select(row => row.Embedding)));
        sets[""] = EmbeddingSet.FromBytes(ordered.Select(row => row.Embedding));
        Baseline read = new($"{id}/{versionId}/{rows.Count}", sets);
        return rows.Count == memberCount && memberCount > 0 ? _kept.Keep((id, versionId), read) : read;
    }
}

/// <summary>A version's embeddings of a baseline.</summary>
/// <param name="Name">Names them for calibrations.</param>
/// <param name="ByCamera">The set of each camera; the empty camera is all of them.</param>
internal sealed record Baseline(string Name, IReadOnlyDictionary<string, EmbeddingSet> ByCamera)
{
    public static Baseline None { get; } = new("", new Dictionary<string, EmbeddingSet>());

    private static readonly EmbeddingSet Nothing = new(0, []);

    public EmbeddingSet Of(string camera) => ByCamera.GetValueOrDefault(camera, Nothing);
}
