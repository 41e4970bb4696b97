using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Lets one worker slot work on a run. Ringing it too often or for nothing does no harm.</summary>
// The sweep rings again; what failed is on the run.
[AutomaticRetry(Attempts = 0)]
public sealed class PumpRunJob(RunPump pump)
{
    public Task RunAsync(long runId, CancellationToken cancellationToken) => pump.PumpAsync(runId, cancellationToken);
}
