using Hangfire;

namespace VisionMonitor.Hosting;

/// <summary>Answers Hangfire's bell once the database is ready, and lets running jobs end when the process stops.</summary>
internal sealed class JobServer(DatabaseStart database, JobStorage storage, DoorOptions options, IServiceProvider services) : BackgroundService
{
    // Alerts never wait behind inference: they have slots of their own.
    private static readonly string[] QuickQueues = ["alerts", "maint", "default"];
    private static readonly string[] LongQueues = ["runs", "io"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        JobActivator activator = services.GetRequiredService<JobActivator>();
        using BackgroundJobServer quick = new(Settings(QuickQueues, 2, activator), storage);
        using BackgroundJobServer slow = new(Settings(LongQueues, options.EffectiveJobSlots, activator), storage);
        try
        {
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            quick.SendStop();
            slow.SendStop();
        }
    }

    private static BackgroundJobServerOptions Settings(string[] queues, int slots, JobActivator activator) => new()
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
