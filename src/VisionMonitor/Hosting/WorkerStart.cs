namespace VisionMonitor.Hosting;

/// <summary>Opens the database for a process without pages. It waits for tables that a `serve` or `migrate` makes.</summary>
internal sealed class WorkerStart(DatabaseStart database, Monitoring.Storage.Database choice) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => database.RunAsync(migrate: choice.IsEmbedded, stoppingToken);
}
