using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Everything that the work on some images needs from the database, read in a few queries.</summary>
internal sealed class ShardMaterial
{
    private readonly Dictionary<(long Image, long Version), string?> _predictions;
    private readonly Dictionary<(long Image, long Version), int> _comparedRevisions;
    private readonly Dictionary<long, string> _truths;
    private readonly HashSet<(long Image, long Version)> _looked;

    private ShardMaterial(Project project, IReadOnlyList<ModelVersion> versions, IReadOnlyList<Image> images, Dictionary<(long, long), string?> predictions, Dictionary<(long, long), int> comparedRevisions, Dictionary<long, string> truths, HashSet<(long, long)> looked)
    {
        (Project, Versions, Images) = (project, versions, images);
        (_predictions, _comparedRevisions, _truths, _looked) = (predictions, comparedRevisions, truths, looked);
    }

    public Project Project { get; }

    public IReadOnlyList<ModelVersion> Versions { get; }

    public IReadOnlyList<Image> Images { get; }

    /// <summary>The images of a shard.</summary>
    public static async Task<ShardMaterial> LoadAsync(MonitoringDbContext context, ShardLease lease, CancellationToken cancellationToken)
    {
        Run run = await context.Runs.AsNoTracking().SingleAsync(run => run.Id == lease.RunId, cancellationToken);
        IQueryable<long> ids = lease.Kind == ShardKind.Baseline
            ? context.ImageSetMembers.Where(member => member.ImageSetId == run.BaselineId).OrderBy(member => member.ImageId).Skip(lease.FirstOrdinal).Take(lease.ImageCount).Select(member => member.ImageId)
            : context.RunImages.Where(member => member.RunId == run.Id && member.Ordinal >= lease.FirstOrdinal && member.Ordinal < lease.FirstOrdinal + lease.ImageCount).OrderBy(member => member.Ordinal).Select(member => member.ImageId);
        return await LoadAsync(context, run.ProjectId, run.ModelVersionIds, await ids.ToListAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Given images, in the given order; only these versions.</summary>
    public static async Task<ShardMaterial> LoadAsync(MonitoringDbContext context, long projectId, IReadOnlyList<long> versionIds, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken);
        List<ModelVersion> versions = await context.ModelVersions.AsNoTracking().Where(version => versionIds.Contains(version.Id)).OrderBy(version => version.Id).ToListAsync(cancellationToken);
        Dictionary<long, Image> images = await context.Images.AsNoTracking().Where(image => imageIds.Contains(image.Id)).ToDictionaryAsync(image => image.Id, cancellationToken);
        var predictions = await context.Rescores
            .Where(rescore => imageIds.Contains(rescore.ImageId) && versionIds.Contains(rescore.ModelVersionId))
            .Select(rescore => new { rescore.ImageId, rescore.ModelVersionId, rescore.Prediction })
            .ToDictionaryAsync(rescore => (rescore.ImageId, rescore.ModelVersionId), rescore => rescore.Prediction, cancellationToken);
        var revisions = await context.Evidence
            .Where(evidence => imageIds.Contains(evidence.ImageId) && versionIds.Contains(evidence.ModelVersionId))
            .Select(evidence => new { evidence.ImageId, evidence.ModelVersionId, evidence.LabelRevision })
            .ToDictionaryAsync(evidence => (evidence.ImageId, evidence.ModelVersionId), evidence => evidence.LabelRevision, cancellationToken);
        var truths = await context.Labels
            .Where(label => imageIds.Contains(label.ImageId) && context.Images.Any(image => image.Id == label.ImageId && image.LabelRevision == label.Revision))
            .Select(label => new { label.ImageId, label.Truth })
            .ToDictionaryAsync(label => label.ImageId, label => label.Truth, cancellationToken);
        var looks = project.HasSecondLooks
            ? await context.SecondLooks.Where(look => imageIds.Contains(look.ImageId) && versionIds.Contains(look.ModelVersionId)).Select(look => new { look.ImageId, look.ModelVersionId }).ToListAsync(cancellationToken)
            : [];
        return new ShardMaterial(project, versions, [.. imageIds.Where(images.ContainsKey).Select(id => images[id])], predictions, revisions, truths, [.. looks.Select(look => (look.ImageId, look.ModelVersionId))]);
    }

    /// <summary>Whether a version has answered for an image, rightly or with a failure.</summary>
    public bool IsScored(Image image, ModelVersion version) => _predictions.ContainsKey((image.Id, version.Id));

    /// <summary>Whether a version shall look at an image a second time: once, where the project asks for it.</summary>
    public bool NeedsLook(Image image, ModelVersion version) => Project.HasSecondLooks && !_looked.Contains((image.Id, version.Id));

    /// <summary>What a version said earlier; null when it failed or was not asked yet.</summary>
    public string? PredictionOf(Image image, long versionId) => _predictions.GetValueOrDefault((image.Id, versionId));

    /// <summary>The image's current truth; null while it has none.</summary>
    public Truth? TruthOf(Image image) => _truths.TryGetValue(image.Id, out string? json) ? Truth.FromJson(json) : null;

    /// <summary>Whether the stored evidence is of the current truth.</summary>
    public bool IsCompared(Image image, long versionId) => _comparedRevisions.GetValueOrDefault((image.Id, versionId)) == image.LabelRevision;
}
