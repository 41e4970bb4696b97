using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>
/// Which classes of a panoptic project are ground (stuff). Evidence knows things and stuff alike, so nothing is compared again: the numbers of past runs
/// are marked stale, and the next refresh of the evaluation writes them anew.
/// </summary>
public static class GroundClasses
{
    /// <summary>Takes over what a model or a label file tells, where nobody has said anything yet.</summary>
    /// <returns>The classes that are ground from now on; empty where nothing was learnt.</returns>
    public static async Task<IReadOnlyList<string>> LearnAsync(MonitoringDbContext context, long projectId, IReadOnlyCollection<string> names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken);
        return project.Task == VisionTask.Panoptic && project.StuffClassNames.Count == 0 && names.Count > 0 && await ChooseAsync(context, projectId, names, now, cancellationToken)
            ? [.. project.ClassNames.Where(names.Contains)]
            : [];
    }

    /// <summary>Says which classes are ground.</summary>
    /// <param name="context">Where it is saved.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="names">Their names; a name that is no class of the project says nothing.</param>
    /// <param name="now">When it is said.</param>
    /// <param name="cancellationToken">Stops before anything is saved.</param>
    /// <returns>Whether anything changed.</returns>
    public static async Task<bool> ChooseAsync(MonitoringDbContext context, long projectId, IReadOnlyCollection<string> names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(names);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        Project project = await context.Projects.SingleAsync(project => project.Id == projectId, cancellationToken);
        List<string> chosen = [.. project.ClassNames.Where(names.Contains)];
        if (chosen.SequenceEqual(project.StuffClassNames))
        {
            return false;
        }

        project.StuffClassNames = chosen;
        context.LiveNotices.Add(new LiveNotice { ProjectId = projectId, Kind = NoticeKinds.ProjectChanged, CreatedAt = now });
        await context.SaveChangesAsync(cancellationToken);

        // What stands there is of other groups, or of groups that there are no longer.
        IQueryable<Run> runs = context.Runs.Where(run => run.ProjectId == projectId && run.State == RunState.Completed);
        await context.RunMetrics.Where(metric => runs.Any(run => run.Id == metric.RunId) && (metric.Metric == MetricNames.PanopticQualityOfThings || metric.Metric == MetricNames.PanopticQualityOfStuff))
            .ExecuteDeleteAsync(cancellationToken);
        await runs.ExecuteUpdateAsync(update => update.SetProperty(run => run.IsEvaluationStale, true), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
