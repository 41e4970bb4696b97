using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>All versions and deployments, so that one can ask which version was in production at an instant.</summary>
public sealed class LiveVersions
{
    private readonly Dictionary<long, ModelVersion> _versions;
    private readonly ILookup<long, Deployment> _deployments;

    private LiveVersions(IEnumerable<ModelVersion> versions, IEnumerable<Deployment> deployments)
    {
        _versions = versions.ToDictionary(version => version.Id);
        _deployments = deployments.ToLookup(deployment => deployment.ProjectId);
    }

    /// <summary>Loads the versions and deployments of one project, or of all.</summary>
    public static async Task<LiveVersions> LoadAsync(MonitoringDbContext db, CancellationToken cancellationToken, long? projectId = null)
    {
        ModelVersion[] versions = await db.ModelVersions.AsNoTracking().Where(version => projectId == null || version.ProjectId == projectId).ToArrayAsync(cancellationToken);
        Deployment[] deployments = await db.Deployments.AsNoTracking().Where(deployment => projectId == null || deployment.ProjectId == projectId)
            .OrderBy(deployment => deployment.DeployedAt).ToArrayAsync(cancellationToken);
        return new LiveVersions(versions, deployments);
    }

    /// <summary>The versions of a project by number.</summary>
    public IReadOnlyList<ModelVersion> Of(long projectId) => [.. _versions.Values.Where(version => version.ProjectId == projectId).OrderBy(version => version.Number)];

    /// <summary>The deployments of a project, oldest first.</summary>
    public IEnumerable<Deployment> Deployments(long projectId) => _deployments[projectId];

    /// <summary>A version by its id.</summary>
    public ModelVersion? Find(long? id) => id is { } key ? _versions.GetValueOrDefault(key) : null;

    /// <summary>The version in production now.</summary>
    public ModelVersion? Now(long projectId) => Find(_deployments[projectId].LastOrDefault()?.ModelVersionId);

    /// <summary>The version in production at an instant.</summary>
    public ModelVersion? At(long projectId, DateTimeOffset instant) =>
        Find(_deployments[projectId].LastOrDefault(deployment => deployment.DeployedAt <= instant)?.ModelVersionId);
}
