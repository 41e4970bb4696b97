using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Looks for the cause of a run's drift on one camera.</summary>
// The sweep rings again; what failed is on the explanation.
[AutomaticRetry(Attempts = 0)]
public sealed class ExplainDriftJob(ExplanationWork work)
{
    public Task RunAsync(long runId, string camera, CancellationToken cancellationToken) => work.DoAsync(runId, camera, cancellationToken);
}
