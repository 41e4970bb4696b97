using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Takes up, once a day, the files that a killed process left in the middle of being written or removed.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class SweepFilesJob(IDbContextFactory<MonitoringDbContext> contexts, ProjectRemoval removal, TimeProvider clock, ILogger<SweepFilesJob> log)
{
    /// <summary>A file as old as this is in nobody's hands.</summary>
    internal static readonly TimeSpan Age = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await removal.SweepAsync(context, clock.GetUtcNow() - Age, cancellationToken) is > 0 and int count)
        {
            log.LogInformation("{Count} files that a killed process had left in the middle were taken up.", count);
        }
    }
}
