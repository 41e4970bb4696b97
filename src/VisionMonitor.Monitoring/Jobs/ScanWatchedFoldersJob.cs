using Hangfire;
using VisionMonitor.Monitoring.Ingest;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Takes in what was dropped into the watched folders.</summary>
// It rings again in seconds anyway.
[AutomaticRetry(Attempts = 0)]
public sealed class ScanWatchedFoldersJob(WatchedFolders folders)
{
    public Task RunAsync(CancellationToken cancellationToken) => folders.ScanAsync(cancellationToken);
}
