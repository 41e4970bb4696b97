using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Reads what two versions said of the same sampled images and compares them.</summary>
public sealed class CompareVersions(IDbContextFactory<MonitoringDbContext> contexts)
{
    // More images than this say nothing new on a page; the latest are taken.
    private const int ImageLimit = 5_000;

    /// <summary>Compares two versions of a project over all runs that ended in a span.</summary>
    /// <param name="request">Which versions, and where.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The comparison; null when the project's task cannot be judged.</returns>
    public async Task<VersionComparison?> CompareAsync(ComparisonRequest request, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == request.ProjectId, cancellationToken);
        if (TaskEvaluations.Find(project.Task) is not { } evaluation)
        {
            return null;
        }

        var sampled = context.RunImages
            .Join(context.Runs, member => member.RunId, run => run.Id, (member, run) => new { member.ImageId, member.InclusionProbability, Run = run })
            .Where(member => member.Run.ProjectId == project.Id && member.Run.WindowEnd > request.From && member.Run.WindowEnd <= request.Until);
        var pairs = await context.Evidence.Where(evidence => evidence.ModelVersionId == request.VersionA)
            .Join(context.Evidence.Where(evidence => evidence.ModelVersionId == request.VersionB), a => a.ImageId, b => b.ImageId, (a, b) => new { a.ImageId, A = a.Content, B = b.Content })
            .Join(context.Images.Where(image => image.ProjectId == project.Id && (request.Camera == "" || image.Camera == request.Camera)), pair => pair.ImageId, image => image.Id, (pair, image) => new { pair.A, pair.B, image.Id, image.ClientId, image.CapturedAt })
            .Where(pair => sampled.Any(member => member.ImageId == pair.Id))
            .OrderByDescending(pair => pair.CapturedAt)
            .ThenByDescending(pair => pair.ClientId)
            .Take(ImageLimit)
            .ToListAsync(cancellationToken);
        Dictionary<long, double> weights = (await sampled.Select(member => new { member.ImageId, member.InclusionProbability }).ToListAsync(cancellationToken))
            .GroupBy(member => member.ImageId)
            .ToDictionary(image => image.Key, image => 1 / image.Max(member => member.InclusionProbability));
        TaskSetup setup = TaskSetup.Of(project);
        return VersionComparison.Of(
            [.. pairs.Select(pair => pair.Id)],
            evaluation.Prepare([.. pairs.Select(pair => pair.A)], setup),
            evaluation.Prepare([.. pairs.Select(pair => pair.B)], setup),
            [.. pairs.Select(pair => weights[pair.Id])],
            request.Replicates,
            seed: 1);
    }
}

/// <summary>Which versions are compared, and where.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="VersionA">The one that is compared with.</param>
/// <param name="VersionB">The one that is asked about: a difference above 0 speaks for it, where higher is better.</param>
/// <param name="From">Runs whose window ends after this.</param>
/// <param name="Until">Runs whose window ends at this or before.</param>
public sealed record ComparisonRequest(long ProjectId, long VersionA, long VersionB, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>One camera; empty for all.</summary>
    public string Camera { get; init; } = "";

    /// <summary>Bootstrap replicates.</summary>
    public int Replicates { get; init; } = 500;
}
