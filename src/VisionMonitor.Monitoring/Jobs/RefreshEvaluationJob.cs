using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Brings a project's evidence and past numbers up to its labels.</summary>
// The sweep rings again; what failed is on the run.
[AutomaticRetry(Attempts = 0)]
public sealed class RefreshEvaluationJob(EvaluationRefresh refresh)
{
    public Task RunAsync(long projectId, CancellationToken cancellationToken) => refresh.RefreshAsync(projectId, cancellationToken);
}
