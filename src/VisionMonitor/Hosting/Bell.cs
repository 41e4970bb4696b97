using Hangfire;
using VisionMonitor.Monitoring;
using VisionMonitor.Monitoring.Heads;
using VisionMonitor.Monitoring.Jobs;

namespace VisionMonitor.Hosting;

/// <summary>Rings for work that a person or a script has just asked for. If the ring is lost, the next sweep finds the work.</summary>
internal sealed class Bell(IBackgroundJobClient jobs, MonitoringOptions options)
{
    public void RunPlanned(PlannedRun run) => jobs.RingPumps(run, options);

    public void ExplanationAsked(long runId, string camera) =>
        jobs.Enqueue<ExplainDriftJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(runId, camera, CancellationToken.None));

    public void HeadAsked(long modelVersionId, HeadOrder order, string actor) =>
        jobs.Enqueue<FitHeadJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(modelVersionId, order, actor, CancellationToken.None));

    public void LabelsToSend(long sentId) => jobs.Enqueue<SendLabelsJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(sentId, CancellationToken.None));

    public void LabelsToPull(long projectId) => jobs.Enqueue<PullLabelsJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(projectId, CancellationToken.None));

    public void LabelsChanged(long projectId, int changedCount)
    {
        if (changedCount > 0)
        {
            EvaluationStale(projectId);
        }
    }

    public void EvaluationStale(long projectId) => jobs.Enqueue<RefreshEvaluationJob>(MonitoringJobs.RunsQueue, job => job.RunAsync(projectId, CancellationToken.None));
}
