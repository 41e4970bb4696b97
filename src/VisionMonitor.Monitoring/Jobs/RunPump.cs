using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Works on a run until nothing of it is free, and finishes it when all is done. Any number of pumps, in any number of processes,
/// may work on the same run; one that finds nothing to do ends.
/// </summary>
public sealed class RunPump(IDbContextFactory<MonitoringDbContext> contexts, ShardLedger ledger, ShardWork work, RunFinish finish, TimeProvider clock, MonitoringOptions options, ILogger<RunPump> log)
{
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Works on a run.</summary>
    public async Task PumpAsync(long runId, CancellationToken cancellationToken)
    {
        await using (MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (!await context.Runs.AnyAsync(run => run.Id == runId && run.State == RunState.Running, cancellationToken))
            {
                return;
            }
        }

        while (await ledger.ClaimAsync(runId, _owner, cancellationToken) is { } lease)
        {
            await WorkAsync(lease, cancellationToken);
        }

        if (await ledger.IsDoneAsync(runId, cancellationToken))
        {
            await FinishAsync(runId, cancellationToken);
        }
    }

    /// <summary>Works on several runs with several workers in this process: how the demo fills its history, and how tests drive a run.</summary>
    public Task PumpAllAsync(IEnumerable<long> runIds, int workers, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            runIds,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken },
            async (run, token) => await PumpAsync(run, token));

    private async Task FinishAsync(long runId, CancellationToken cancellationToken)
    {
        try
        {
            await finish.FinishAsync(runId, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The sweep tries again until the deadline; until then, and after it, the run says what stands in the way.
            await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
            string reason = $"Its numbers could not be computed: {failure.Message}";
            await context.Runs
                .Where(run => run.Id == runId && run.State == RunState.Running)
                .ExecuteUpdateAsync(update => update.SetProperty(run => run.FailureReason, reason), cancellationToken);
            throw;
        }
    }

    private async Task WorkAsync(ShardLease lease, CancellationToken cancellationToken)
    {
        using CancellationTokenSource held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task heart = BeatAsync(lease, held);
        try
        {
            await work.DoAsync(lease, held.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process is stopping: the next one need not wait for the lease to end.
            await ledger.ReleaseAsync(lease, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            log.LogWarning("Run {Run}, shard {Shard}: the hold was lost; somebody else has it.", lease.RunId, lease.Number);
        }
        catch (Exception failure)
        {
            // The loop outlives one bad shard; the ledger counts the failure, and the run shows it.
            log.LogWarning(failure, "Run {Run}, shard {Shard}: attempt {Attempt} failed.", lease.RunId, lease.Number, lease.Attempts);
            await ledger.FailAsync(lease, failure.Message, cancellationToken);
        }
        finally
        {
            await held.CancelAsync();
            await heart;
        }
    }

    private async Task BeatAsync(ShardLease lease, CancellationTokenSource held)
    {
        try
        {
            do
            {
                await Task.Delay(options.Heartbeat, clock, held.Token);
            }
            while (await ledger.HeartbeatAsync(lease, held.Token));

            await held.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }
        catch (Exception failure)
        {
            // Without a heartbeat the lease runs out and the fence refuses our results: no need to end the work for it.
            log.LogWarning(failure, "Run {Run}, shard {Shard}: no heartbeat.", lease.RunId, lease.Number);
        }
    }
}
