using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Turns a run whose shards are all done into numbers, drift checks and alerts, and flips it to completed, in one transaction. Whoever
/// sees it last does it; of two at once, one writes.
/// </summary>
public sealed class RunFinish(IDbContextFactory<MonitoringDbContext> contexts, DriftRows drift, EstimateRows estimates, TimeProvider clock, MonitoringOptions options)
{
    /// <summary>Finishes a run.</summary>
    /// <returns>Whether this call completed it.</returns>
    public async Task<bool> FinishAsync(long runId, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
            RunMaterial material = await RunMaterial.LoadAsync(context, runId, cancellationToken);
            if (material.Run.State != RunState.Running)
            {
                return false;
            }

            IReadOnlyList<RunMetric> metrics = RunNumbers.Of(material, options.BootstrapReplicates);
            IReadOnlyList<DriftCheck> checks = await drift.OfAsync(context, material, cancellationToken);
            string? findings = await RunSentries.JudgeAsync(context, material, cancellationToken);
            IReadOnlyList<QualityEstimate> estimated = await estimates.OfAsync(context, material, checks, cancellationToken);
            IReadOnlyList<QualityEstimate> labelled = await estimates.WithLabelsAsync(context, material, cancellationToken);
            await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            if (!await FlipAsync(context, material, findings, cancellationToken))
            {
                return false;
            }

            if (await EvidenceStamp.ReadAsync(context, material.Run, cancellationToken) != material.Stamp)
            {
                // A label came in since the evidence was read: roll back and compute again.
                continue;
            }

            await context.UpsertAsync(metrics, cancellationToken);
            await context.UpsertAsync(checks, cancellationToken);
            await context.InsertNewAsync(estimated, cancellationToken);
            await context.UpsertAsync(labelled, cancellationToken);
            await RunAlerts.JudgeAsync(context, material.Project, clock.GetUtcNow(), cancellationToken);
            context.LiveNotices.Add(new LiveNotice { ProjectId = material.Project.Id, Kind = NoticeKinds.RunCompleted, SubjectId = runId, CreatedAt = clock.GetUtcNow() });
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }

    private async Task<bool> FlipAsync(MonitoringDbContext context, RunMaterial material, string? findings, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        int failed = RunNumbers.FailedImageCount(material);
        return await context.Runs.Where(run => run.Id == material.Run.Id && run.State == RunState.Running).ExecuteUpdateAsync(
            update => update
                .SetProperty(run => run.State, RunState.Completed)
                .SetProperty(run => run.CompletedAt, now)
                .SetProperty(run => run.FailureReason, (string?)null)
                .SetProperty(run => run.Findings, findings)
                .SetProperty(run => run.FailedImageCount, failed),
            cancellationToken) == 1;
    }
}
