using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// The bells. Their names and queues are what Hangfire stores: renaming one breaks what is queued. Schedules of projects are rows of
/// our own and no recurring jobs; only the tick that reads them is one.
/// </summary>
public static class MonitoringJobs
{
    /// <summary>The queue of inference: slow and patient.</summary>
    public const string RunsQueue = "runs";

    /// <summary>The queue of ticks and sweeps: short, and never behind inference.</summary>
    public const string MaintenanceQueue = "maintenance";

    /// <summary>The queue of messages: never behind anything.</summary>
    public const string AlertsQueue = "alerts";

    /// <summary>Every queue, the most urgent first: what a Hangfire server listens to.</summary>
    public static IReadOnlyList<string> Queues { get; } = [AlertsQueue, MaintenanceQueue, RunsQueue];

    /// <summary>Registers the recurring bells; doing it again changes nothing.</summary>
    public static void Schedule(IRecurringJobManager jobs)
    {
        jobs.AddOrUpdate<TickSchedulesJob>("tick-schedules", MaintenanceQueue, job => job.RunAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<DeliverNoticesJob>("deliver-notices", AlertsQueue, job => job.RunAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<SweepRunsJob>("sweep-runs", MaintenanceQueue, job => job.RunAsync(CancellationToken.None), "*/30 * * * * *");
        jobs.AddOrUpdate<SweepFilesJob>("sweep-files", MaintenanceQueue, job => job.RunAsync(CancellationToken.None), "17 4 * * *");
        jobs.AddOrUpdate<ScanWatchedFoldersJob>("scan-watched-folders", MaintenanceQueue, job => job.RunAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<ExchangeLabelsJob>("exchange-labels", RunsQueue, job => job.RunAsync(CancellationToken.None), "*/5 * * * *");
    }

    /// <summary>Rings as many pumps as may share the run; one for a run without shards, which only waits to be finished.</summary>
    public static void RingPumps(this IBackgroundJobClient jobs, PlannedRun run, MonitoringOptions options)
    {
        for (int pump = 0; pump < Math.Clamp(run.ShardCount, 1, options.PumpsPerRun); pump++)
        {
            jobs.Enqueue<PumpRunJob>(RunsQueue, job => job.RunAsync(run.RunId, CancellationToken.None));
        }
    }
}
