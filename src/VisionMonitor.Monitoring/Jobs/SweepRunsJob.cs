using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Rings pumps for runs that wait, and refreshes for labels that wait: what makes a lost bell a delay and nothing more.</summary>
// It rings again in seconds anyway.
[AutomaticRetry(Attempts = 0)]
public sealed class SweepRunsJob(RunSweep sweep, EvaluationRefresh refresh, ExplanationWork explanations, IBackgroundJobClient jobs)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (long run in await sweep.SweepAsync(cancellationToken))
        {
            jobs.Enqueue<PumpRunJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(run, CancellationToken.None));
        }

        foreach (long project in await refresh.ProjectsAsync(cancellationToken))
        {
            jobs.Enqueue<RefreshEvaluationJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(project, CancellationToken.None));
        }

        foreach ((long run, string camera) in await explanations.SweepAsync(cancellationToken))
        {
            jobs.Enqueue<ExplainDriftJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(run, camera, CancellationToken.None));
        }
    }
}
