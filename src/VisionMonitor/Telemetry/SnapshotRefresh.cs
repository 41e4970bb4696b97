using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Telemetry;

/// <summary>Brings the gauges up to date, more often than Prometheus asks.</summary>
internal sealed partial class SnapshotRefresh(
    DatabaseReadiness database,
    IDbContextFactory<MonitoringDbContext> contexts,
    QualityGauges gauges,
    TimeProvider time,
    ILogger<SnapshotRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception error) when (error is DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
            {
                LogMissed(error.Message);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        gauges.Show(await QualitySnapshot.LoadAsync(db, cancellationToken));
    }

    [LoggerMessage(LogLevel.Warning, "The numbers for /metrics could not be read: {Reason}")]
    private partial void LogMissed(string reason);
}
