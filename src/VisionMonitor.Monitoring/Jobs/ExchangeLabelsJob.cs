using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Takes up batches that still have to be sent, and rings for every project of which something is at a tool.</summary>
// It rings again in minutes anyway.
[AutomaticRetry(Attempts = 0)]
public sealed class ExchangeLabelsJob(LabelExchange exchange, IBackgroundJobClient jobs)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await exchange.SendWaitingAsync(cancellationToken);
        foreach (long projectId in await exchange.ProjectsAtToolsAsync(cancellationToken))
        {
            jobs.Enqueue<PullLabelsJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(projectId, CancellationToken.None));
        }
    }
}
