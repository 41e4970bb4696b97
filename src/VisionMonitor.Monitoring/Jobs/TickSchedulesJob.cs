using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Plans what is due and rings the pumps of the new runs.</summary>
// It rings again in seconds anyway.
[AutomaticRetry(Attempts = 0)]
public sealed class TickSchedulesJob(ScheduleTicker ticker, IBackgroundJobClient jobs, MonitoringOptions options)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (PlannedRun run in await ticker.TickAsync(cancellationToken))
        {
            jobs.RingPumps(run, options);
        }
    }
}
