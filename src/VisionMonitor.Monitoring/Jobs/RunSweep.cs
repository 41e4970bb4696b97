using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Finds runs that nobody works on, whatever became of the bells that were rung for them, and ends those whose time is up.</summary>
public sealed class RunSweep(IDbContextFactory<MonitoringDbContext> contexts, TimeProvider clock)
{
    /// <summary>Live notices are kept this long.</summary>
    public static TimeSpan NoticeLifetime { get; } = TimeSpan.FromDays(1);

    /// <summary>Fails overdue runs.</summary>
    /// <returns>Runs that have something free to work on, or wait to be finished, oldest first.</returns>
    public async Task<IReadOnlyList<long>> SweepAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        List<Run> running = await context.Runs.AsNoTracking().Where(run => run.State == RunState.Running).OrderBy(run => run.PlannedAt).ToListAsync(cancellationToken);
        foreach (Run run in running.Where(run => run.DeadlineAt < now))
        {
            await FailAsync(context, run, cancellationToken);
        }

        // Viewers have long seen them; without this the table would only ever grow.
        DateTimeOffset forgotten = now - NoticeLifetime;
        await context.LiveNotices.Where(notice => notice.CreatedAt < forgotten).ExecuteDeleteAsync(cancellationToken);

        List<long> waiting = [];
        foreach (Run run in running.Where(run => run.DeadlineAt >= now))
        {
            bool isFree = await ShardLedger.Claimable(context, run.Id, now).AnyAsync(cancellationToken);
            bool isDone = !isFree && !await context.RunShards.AnyAsync(shard => shard.RunId == run.Id && shard.State != ShardState.Done, cancellationToken);
            if (isFree || isDone)
            {
                waiting.Add(run.Id);
            }
        }

        return waiting;
    }

    private async Task FailAsync(MonitoringDbContext context, Run run, CancellationToken cancellationToken)
    {
        int open = await context.RunShards.CountAsync(shard => shard.RunId == run.Id && shard.State != ShardState.Done, cancellationToken);
        string reason = run.FailureReason ?? $"It was not finished by its deadline: {open} of {run.ShardCount} shards were open.";
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        int failed = await context.Runs.Where(row => row.Id == run.Id && row.State == RunState.Running).ExecuteUpdateAsync(
            update => update.SetProperty(row => row.State, RunState.Failed).SetProperty(row => row.FailureReason, reason),
            cancellationToken);
        if (failed == 1)
        {
            context.LiveNotices.Add(new LiveNotice { ProjectId = run.ProjectId, Kind = NoticeKinds.RunFailed, SubjectId = run.Id, CreatedAt = clock.GetUtcNow() });
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
