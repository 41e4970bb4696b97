namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Lets one worker slot work on a run. Ringing it too often or for nothing does no harm.</summary>
public sealed class PumpRunJob(RunPump pump)
{
    public Task RunAsync(long runId, CancellationToken cancellationToken) => pump.PumpAsync(runId, cancellationToken);
}
