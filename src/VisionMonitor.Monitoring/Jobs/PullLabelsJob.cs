using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Takes the labels back that people have finished in a project's tools.</summary>
// The exchange looks again in minutes anyway.
[AutomaticRetry(Attempts = 0)]
public sealed class PullLabelsJob(LabelExchange exchange, IBackgroundJobClient jobs)
{
    public async Task RunAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await exchange.PullAsync(projectId, cancellationToken) > 0)
        {
            jobs.Enqueue<RefreshEvaluationJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(projectId, CancellationToken.None));
        }
    }
}
