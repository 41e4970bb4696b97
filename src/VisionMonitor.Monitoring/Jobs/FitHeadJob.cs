using Hangfire;
using VisionMonitor.Monitoring.Heads;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Fits a head on a version's embeddings and registers both as a new version.</summary>
// What came of it stands in the audit trail; a person asks again.
[AutomaticRetry(Attempts = 0)]
public sealed class FitHeadJob(HeadFitting fitting)
{
    public Task RunAsync(long modelVersionId, HeadOrder order, string actor, CancellationToken cancellationToken) => fitting.RunAsync(modelVersionId, order, actor, cancellationToken);
}
