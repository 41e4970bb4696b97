using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>Removes projects with all that is theirs: rows, watched folders, and the files that no other project has too.</summary>
public sealed class ProjectRemoval(BlobStore blobs, WatchedFolders folders)
{
    private const int KeysAtOnce = 500;

    /// <summary>Removes the projects, and saves what else the context holds in the same transaction.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RemoveAsync(MonitoringDbContext context, IReadOnlyList<long> projectIds, CancellationToken cancellationToken)
    {
        List<string> keys = await context.Images.Where(image => projectIds.Contains(image.ProjectId)).Select(image => image.Sha256)
            .Union(context.ModelVersions.Where(version => projectIds.Contains(version.ProjectId)).Select(version => version.Sha256))
            .ToListAsync(cancellationToken);
        keys = [.. keys.Union(await PartFiles.KeysAsync(context, version => projectIds.Contains(version.ProjectId), cancellationToken))];
        int removed;
        await using (var transaction = await context.Database.BeginTransactionAsync(cancellationToken))
        {
            removed = await context.Projects.Where(project => projectIds.Contains(project.Id)).ExecuteDeleteAsync(cancellationToken);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        // The rows are gone, so from here on it is done to the end.
        foreach (string[] some in keys.Chunk(KeysAtOnce))
        {
            await RemoveFilesAsync(context, some);
        }

        foreach (long project in projectIds)
        {
            folders.Delete(project);
        }

        return removed;
    }

    // Somebody may store the same bytes for another project at this very moment. So a file is put aside before the last look for
    // rows that name it; and whoever stores looks, once his row is committed, whether the file is still there. One of the two sees the other.
    private async Task RemoveFilesAsync(MonitoringDbContext context, string[] keys)
    {
        HashSet<string> named = await NamedAsync(context, keys);
        await SettleAsync(context, [.. keys.Where(key => !named.Contains(key) && blobs.PutAside(key))]);
    }

    /// <summary>Takes up what a killed process left in the middle: half-written files go, and of those put aside, the named ones come back.</summary>
    /// <param name="context">Says which files are named.</param>
    /// <param name="before">Younger ones may still be in somebody's hands.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <returns>How many files were taken up.</returns>
    public async Task<int> SweepAsync(MonitoringDbContext context, DateTimeOffset before, CancellationToken cancellationToken)
    {
        int count = blobs.DeletePartial(before);
        foreach (string[] some in blobs.Aside(before).Chunk(KeysAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await SettleAsync(context, some);
            count += some.Length;
        }

        return count;
    }

    private async Task SettleAsync(MonitoringDbContext context, string[] aside)
    {
        HashSet<string> namedSince = await NamedAsync(context, aside);
        foreach (string key in aside)
        {
            if (namedSince.Contains(key))
            {
                blobs.PutBack(key);
            }
            else
            {
                blobs.DeleteAside(key);
            }
        }
    }

    private static async Task<HashSet<string>> NamedAsync(MonitoringDbContext context, string[] keys) =>
        [.. await context.Images.Where(image => keys.Contains(image.Sha256)).Select(image => image.Sha256)
            .Union(context.ModelVersions.Where(version => keys.Contains(version.Sha256)).Select(version => version.Sha256))
            .ToListAsync(CancellationToken.None),
            .. await PartFiles.KeysAsync(context, _ => true, CancellationToken.None)];
}
