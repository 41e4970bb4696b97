using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Who works on what. A shard is claimed by raising its fence, so of any number of workers exactly one wins; its results commit
/// together with "done" and only under the fence of the claim, so a worker that was taken for dead and wakes up can write nothing.
/// </summary>
public sealed class ShardLedger(IDbContextFactory<MonitoringDbContext> contexts, TimeProvider clock, MonitoringOptions options)
{
    /// <summary>Claims a free shard of the run, lowest number first.</summary>
    /// <returns>The hold; null when nothing is free now.</returns>
    public async Task<ShardLease?> ClaimAsync(long runId, string owner, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        while (true)
        {
            DateTimeOffset now = clock.GetUtcNow();
            RunShard? candidate = await Claimable(context, runId, now).AsNoTracking().OrderBy(shard => shard.Number).FirstOrDefaultAsync(cancellationToken);
            if (candidate is null)
            {
                return null;
            }

            if (candidate.Attempts >= options.AttemptsPerShard && candidate.ImageCount > 1)
            {
                await HalveAsync(context, candidate, now, cancellationToken);
                continue;
            }

            // Not cancelled once it is sent: a hold that its maker does not know of would block the shard until it runs out.
            cancellationToken.ThrowIfCancellationRequested();
            int claimed = await Claimable(context, runId, now)
                .Where(shard => shard.Number == candidate.Number && shard.Fence == candidate.Fence)
                .ExecuteUpdateAsync(
                    update => update
                        .SetProperty(shard => shard.State, ShardState.Leased)
                        .SetProperty(shard => shard.LeaseOwner, owner)
                        .SetProperty(shard => shard.LeaseUntil, now + options.Lease)
                        .SetProperty(shard => shard.Fence, shard => shard.Fence + 1)
                        .SetProperty(shard => shard.Attempts, shard => shard.Attempts + 1),
                    CancellationToken.None);
            if (claimed == 1)
            {
                return new ShardLease(runId, candidate.Number, candidate.Kind, candidate.FirstOrdinal, candidate.ImageCount, candidate.Fence + 1, candidate.Attempts + 1);
            }

            // Somebody was faster: look for the next one.
        }
    }

    /// <summary>Says that the worker is alive.</summary>
    /// <returns>Whether the hold is still good; if not, stop at once.</returns>
    public async Task<bool> HeartbeatAsync(ShardLease lease, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset until = clock.GetUtcNow() + options.Lease;
        return await Held(context, lease).ExecuteUpdateAsync(update => update.SetProperty(shard => shard.LeaseUntil, until), cancellationToken) == 1;
    }

    /// <summary>Marks the shard done and writes its results, in one transaction.</summary>
    /// <param name="lease">The hold.</param>
    /// <param name="writeResults">Writes the results into the given context, whose transaction is open.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done by this hold; if not, nothing was written.</returns>
    public async Task<bool> CompleteAsync(ShardLease lease, Func<MonitoringDbContext, CancellationToken, Task> writeResults, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        int done = await Held(context, lease).ExecuteUpdateAsync(
            update => update
                .SetProperty(shard => shard.State, ShardState.Done)
                .SetProperty(shard => shard.LeaseOwner, (string?)null)
                .SetProperty(shard => shard.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(shard => shard.LastError, (string?)null),
            cancellationToken);
        if (done == 0)
        {
            return false;
        }

        await writeResults(context, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Gives the shard back after a failure; it is tried again after a wait that doubles each time.</summary>
    public async Task FailAsync(ShardLease lease, string error, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset nextTry = clock.GetUtcNow() + options.FirstBackOff * Math.Pow(2, Math.Min(lease.Attempts, 10) - 1);
        string shortened = error.Length <= 500 ? error : error[..500];
        await ReleaseAsync(context, lease, lease.Attempts, nextTry, shortened, cancellationToken);
    }

    /// <summary>Gives the shard back unworked, as a worker that is shutting down does; it does not count as an attempt.</summary>
    public async Task ReleaseAsync(ShardLease lease, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await ReleaseAsync(context, lease, lease.Attempts - 1, clock.GetUtcNow(), null, cancellationToken);
    }

    /// <summary>Whether every shard of the run is done.</summary>
    public async Task<bool> IsDoneAsync(long runId, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return !await context.RunShards.AnyAsync(shard => shard.RunId == runId && shard.State != ShardState.Done, cancellationToken);
    }

    /// <summary>Shards that may be claimed at a moment.</summary>
    internal static IQueryable<RunShard> Claimable(MonitoringDbContext context, long runId, DateTimeOffset now) =>
        context.RunShards.Where(shard => shard.RunId == runId
            && ((shard.State == ShardState.Free && shard.NextTryAt <= now) || (shard.State == ShardState.Leased && shard.LeaseUntil < now)));

    private static IQueryable<RunShard> Held(MonitoringDbContext context, ShardLease lease) =>
        context.RunShards.Where(shard => shard.RunId == lease.RunId && shard.Number == lease.Number && shard.Fence == lease.Fence && shard.State == ShardState.Leased);

    private static Task ReleaseAsync(MonitoringDbContext context, ShardLease lease, int attempts, DateTimeOffset nextTry, string? error, CancellationToken cancellationToken) =>
        Held(context, lease).ExecuteUpdateAsync(
            update => update
                .SetProperty(shard => shard.State, ShardState.Free)
                .SetProperty(shard => shard.LeaseOwner, (string?)null)
                .SetProperty(shard => shard.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(shard => shard.Attempts, attempts)
                .SetProperty(shard => shard.NextTryAt, nextTry)
                .SetProperty(shard => shard.LastError, error),
            cancellationToken);

    /// <summary>Splits a shard that failed too often. Each half has one more try before it is halved again, so a bad image is soon alone.</summary>
    private async Task HalveAsync(MonitoringDbContext context, RunShard shard, DateTimeOffset now, CancellationToken cancellationToken)
    {
        int half = shard.ImageCount / 2;
        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        int halved = await Claimable(context, shard.RunId, now)
            .Where(row => row.Number == shard.Number && row.Fence == shard.Fence)
            .ExecuteUpdateAsync(
                update => update
                    .SetProperty(row => row.State, ShardState.Free)
                    .SetProperty(row => row.LeaseOwner, (string?)null)
                    .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                    .SetProperty(row => row.NextTryAt, now)
                    .SetProperty(row => row.Fence, row => row.Fence + 1)
                    .SetProperty(row => row.ImageCount, half)
                    .SetProperty(row => row.Attempts, options.AttemptsPerShard - 1),
                cancellationToken);
        if (halved == 0)
        {
            return;
        }

        // The update locks the run's row, so that two shards that are halved at once do not take the same number.
        await context.Runs.Where(run => run.Id == shard.RunId).ExecuteUpdateAsync(update => update.SetProperty(run => run.ShardCount, run => run.ShardCount + 1), cancellationToken);
        int count = await context.Runs.Where(run => run.Id == shard.RunId).Select(run => run.ShardCount).SingleAsync(cancellationToken);
        RunShard other = new()
        {
            RunId = shard.RunId,
            Number = count - 1,
            Kind = shard.Kind,
            FirstOrdinal = shard.FirstOrdinal + half,
            ImageCount = shard.ImageCount - half,
            Attempts = options.AttemptsPerShard - 1,
            NextTryAt = now,
            LastError = shard.LastError,
        };
        context.RunShards.Add(other);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
