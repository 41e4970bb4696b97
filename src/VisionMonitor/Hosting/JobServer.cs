using Hangfire;
using VisionMonitor.Monitoring.Jobs;

namespace VisionMonitor.Hosting;

/// <summary>Answers Hangfire's bell once the database is ready, and lets running jobs end when the process stops.</summary>
internal sealed class JobServer(DatabaseReadiness database, JobStorage storage, IRecurringJobManager recurring, DoorOptions options, JobActivator activator) : IHostedService, IAsyncDisposable
{
    // Alerts and ticks never wait behind inference: they have slots of their own.
    private static readonly string[] QuickQueues = [MonitoringJobs.AlertsQueue, MonitoringJobs.MaintenanceQueue, "default"];
    private static readonly string[] LongQueues = [MonitoringJobs.RunsQueue];

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<BackgroundJobServer> _servers = [];
    private Task _opening = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _opening = OpenAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _servers.ForEach(server => server.SendStop());
        foreach (BackgroundJobServer server in _servers)
        {
            await server.WaitForShutdownAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _servers.ForEach(server => server.Dispose());
        _servers.Clear();
        _stopping.Dispose();
    }

    private async Task OpenAsync()
    {
        await database.Ready.WaitAsync(_stopping.Token);
        MonitoringJobs.Schedule(recurring);
        _servers.Add(new BackgroundJobServer(Settings(QuickQueues, 2), storage));
        _servers.Add(new BackgroundJobServer(Settings(LongQueues, options.EffectiveJobSlots), storage));
    }

    private BackgroundJobServerOptions Settings(string[] queues, int slots) => new()
    {
        Queues = queues,
        WorkerCount = slots,
        Activator = activator,
        HeartbeatInterval = TimeSpan.FromSeconds(10),
        ServerTimeout = TimeSpan.FromMinutes(1),
        ServerCheckInterval = TimeSpan.FromSeconds(30),
        SchedulePollingInterval = TimeSpan.FromSeconds(1),
        ShutdownTimeout = TimeSpan.FromSeconds(10),
    };
}
