using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>The watched folder of each project: <c>ROOT/PROJECT ID</c>, so that no name from outside becomes a path.</summary>
public sealed partial class WatchedFolders(IDbContextFactory<MonitoringDbContext> contexts, WatchedFolder watched, MonitoringOptions options, ILogger<WatchedFolders> logger)
{
    private int _isScanning;

    /// <summary>The folder of a project; null where folders are not watched.</summary>
    public string? Of(long projectId) =>
        string.IsNullOrWhiteSpace(options.WatchedFolder) ? null : Path.Combine(Path.GetFullPath(options.WatchedFolder), projectId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Makes the folder of a new project, so that a person finds it at once.</summary>
    public void Create(long projectId)
    {
        if (Of(projectId) is { } folder)
        {
            WatchedFolder.Create(folder);
        }
    }

    /// <summary>Removes the folder of a project that is gone, with what still lies in it.</summary>
    public void Delete(long projectId)
    {
        if (Of(projectId) is { } folder && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Takes what is ready in the folders of all projects. A call during another does nothing.</summary>
    /// <returns>Images stored and files that failed.</returns>
    public async Task<(int Stored, int Failed)> ScanAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(options.WatchedFolder) || Interlocked.Exchange(ref _isScanning, 1) == 1)
        {
            return (0, 0);
        }

        try
        {
            (int stored, int failed) = (0, 0);
            foreach (long project in await ProjectsAsync(cancellationToken))
            {
                (int storedHere, int failedHere) = await ScanAsync(project, cancellationToken);
                (stored, failed) = (stored + storedHere, failed + failedHere);
            }

            return (stored, failed);
        }
        finally
        {
            Volatile.Write(ref _isScanning, 0);
        }
    }

    private async Task<List<long>> ProjectsAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Projects.OrderBy(project => project.Id).Select(project => project.Id).ToListAsync(cancellationToken);
    }

    private async Task<(int Stored, int Failed)> ScanAsync(long project, CancellationToken cancellationToken)
    {
        try
        {
            return await watched.ScanAsync(project, Of(project)!, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or IngestException)
        {
            // One folder that cannot be read, or a project that has just been deleted, does not hold up the others.
            LogSkipped(project, error.Message);
            return (0, 0);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The watched folder of project {Project} was left for now: {Reason}")]
    private partial void LogSkipped(long project, string reason);
}
