using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Late labels: compares again what changed, and writes the numbers of the runs that contain it anew. Alert rules do not fire for the
/// past. May die at any line: evidence and "this run's numbers are stale" are written together.
/// </summary>
public sealed class EvaluationRefresh(IDbContextFactory<MonitoringDbContext> contexts, EstimateRows estimates, TimeProvider clock, MonitoringOptions options)
{
    private const int ImagesAtOnce = 500;

    /// <summary>Projects in which something is to be compared or written again.</summary>
    public async Task<IReadOnlyList<long>> ProjectsAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        List<long> stale = await context.Runs.Where(run => run.IsEvaluationStale).Select(run => run.ProjectId).Distinct().ToListAsync(cancellationToken);
        VisionTask[] judged = [.. TaskEvaluations.All.Select(evaluation => evaluation.Task)];
        List<long> open = await Open(context)
            .Where(image => context.Projects.Any(project => project.Id == image.ProjectId && judged.Contains(project.Task)))
            .Select(image => image.ProjectId)
            .Distinct()
            .ToListAsync(cancellationToken);
        return [.. stale.Union(open).Order()];
    }

    /// <summary>Brings a project's evidence and past numbers up to its labels.</summary>
    /// <returns>How many runs have new numbers.</returns>
    public async Task<int> RefreshAsync(long projectId, CancellationToken cancellationToken)
    {
        while (await CompareSomeAsync(projectId, cancellationToken))
        {
        }

        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        List<long> stale = await context.Runs.Where(run => run.ProjectId == projectId && run.IsEvaluationStale).OrderBy(run => run.Id).Select(run => run.Id).ToListAsync(cancellationToken);
        foreach (long run in stale)
        {
            await RewriteAsync(run, cancellationToken);
        }

        return stale.Count;
    }

    private static IQueryable<Image> Open(MonitoringDbContext context) =>
        context.Images.Where(image => image.LabelRevision > 0
            && context.Rescores.Any(rescore => rescore.ImageId == image.Id && rescore.Prediction != null
                && !context.Evidence.Any(evidence => evidence.ImageId == image.Id && evidence.ModelVersionId == rescore.ModelVersionId && evidence.LabelRevision == image.LabelRevision)));

    private async Task<bool> CompareSomeAsync(long projectId, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        List<long> ids = await Open(context).Where(image => image.ProjectId == projectId).OrderBy(image => image.Id).Select(image => image.Id).Take(ImagesAtOnce).ToListAsync(cancellationToken);
        if (ids.Count == 0)
        {
            return false;
        }

        List<long> versions = await context.ModelVersions.Where(version => version.ProjectId == projectId).Select(version => version.Id).ToListAsync(cancellationToken);
        ShardMaterial material = await ShardMaterial.LoadAsync(context, projectId, versions, ids, cancellationToken);
        IReadOnlyList<Storage.Evidence> evidence = EvidenceRows.Compare(material, new Dictionary<(long, long), Prediction?>());
        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.UpsertAsync(evidence, cancellationToken);
        IQueryable<long> runs = context.RunImages.Where(member => ids.Contains(member.ImageId)).Select(member => member.RunId);
        await context.Runs
            .Where(run => run.State == RunState.Completed && runs.Contains(run.Id))
            .ExecuteUpdateAsync(update => update.SetProperty(run => run.IsEvaluationStale, true), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return evidence.Count > 0;
    }

    private async Task RewriteAsync(long runId, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
            RunMaterial material = await RunMaterial.LoadAsync(context, runId, cancellationToken);
            IReadOnlyList<RunMetric> metrics = RunNumbers.Of(material, options.BootstrapReplicates);
            IReadOnlyList<QualityEstimate> labelled = await estimates.WithLabelsAsync(context, material, cancellationToken);
            await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            await context.Runs.Where(run => run.Id == runId).ExecuteUpdateAsync(update => update.SetProperty(run => run.IsEvaluationStale, false), cancellationToken);
            if (await EvidenceStamp.ReadAsync(context, material.Run, cancellationToken) != material.Stamp)
            {
                continue;
            }

            await context.UpsertAsync(metrics, cancellationToken);
            await context.UpsertAsync(labelled, cancellationToken);
            context.LiveNotices.Add(new LiveNotice { ProjectId = material.Project.Id, Kind = NoticeKinds.EvaluationUpdated, SubjectId = runId, CreatedAt = clock.GetUtcNow() });
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return;
        }
    }
}
