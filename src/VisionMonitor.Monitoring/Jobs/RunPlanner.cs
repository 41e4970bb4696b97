using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using VisionMonitor.Monitoring.Sampling;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Fixes what a run looks at: its sample, its versions, its baseline and its shards, in one transaction. A window without images
/// becomes a run with an empty sample, so that "no traffic" is a point on the time line that a rule can watch, not a hole in it.
/// </summary>
public sealed class RunPlanner(IDbContextFactory<MonitoringDbContext> contexts, TimeProvider clock, MonitoringOptions options)
{
    /// <summary>Plans a run of a window.</summary>
    /// <returns>The run; null when its schedule's due time is already recorded: somebody else planned it.</returns>
    /// <exception cref="ArgumentException">The window is empty or upside down, or there is no such project.</exception>
    public async Task<PlannedRun?> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.WindowEnd <= request.WindowStart)
        {
            throw new ArgumentException("A window ends after it starts.", nameof(request));
        }

        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleOrDefaultAsync(project => project.Id == request.ProjectId, cancellationToken)
            ?? throw new ArgumentException($"There is no project {request.ProjectId}.", nameof(request));
        UniformSample sample = await DrawAsync(context, project, request, cancellationToken);
        List<long> versions = await context.ModelVersions
            .Where(version => version.ProjectId == project.Id && version.State == ModelVersionState.Active)
            .OrderBy(version => version.Id)
            .Select(version => version.Id)
            .ToListAsync(cancellationToken);
        List<RunShard> shards =
        [
            .. Slices(ShardKind.Baseline, await UnscoredBaselineAsync(context, project, versions, cancellationToken)),
            .. Slices(ShardKind.Sample, sample.Count),
        ];
        DateTimeOffset now = clock.GetUtcNow();
        Run run = new()
        {
            ProjectId = project.Id,
            ScheduleId = request.ScheduleId,
            Trigger = request.Trigger,
            WindowStart = request.WindowStart,
            WindowEnd = request.WindowEnd,
            PopulationCount = sample.PopulationCount,
            SampleCount = sample.Count,
            ShardCount = shards.Count,
            ModelVersionIds = versions,
            BaselineId = project.BaselineId,
            PlannedAt = now,
            DeadlineAt = now + options.RunDeadline,
        };
        return await SaveAsync(context, run, sample, shards, cancellationToken)
            ? new PlannedRun(run.Id, sample.Count, shards.Count, versions.Count)
            : null;
    }

    private static async Task<UniformSample> DrawAsync(MonitoringDbContext context, Project project, PlanRequest request, CancellationToken cancellationToken)
    {
        string key = FormattableString.Invariant($"{project.Slug}/{request.WindowStart.ToUnixTimeMilliseconds()}/{request.WindowEnd.ToUnixTimeMilliseconds()}");
        UniformSample sample = new(request.SampleSize, key);

        // A reference image is no production, whenever it was taken or brought in.
        var window = context.Images
            .Where(image => image.ProjectId == project.Id && image.IsProduction && image.CapturedAt >= request.WindowStart && image.CapturedAt < request.WindowEnd)
            .Select(image => new { image.Id, image.ClientId });
        await foreach (var image in window.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            sample.Offer(image.Id, image.ClientId);
        }

        return sample;
    }

    /// <summary>How many images the baseline has if some version has not scored all of them, or not looked at them a second time where it shall; 0 if there is nothing to do.</summary>
    private static async Task<int> UnscoredBaselineAsync(MonitoringDbContext context, Project project, List<long> versions, CancellationToken cancellationToken)
    {
        if (project.BaselineId is not { } baseline || versions.Count == 0)
        {
            return 0;
        }

        IQueryable<ImageSetMember> members = context.ImageSetMembers.Where(member => member.ImageSetId == baseline);
        int images = await members.CountAsync(cancellationToken);
        int scored = await members
            .Join(context.Rescores.Where(rescore => versions.Contains(rescore.ModelVersionId)), member => member.ImageId, rescore => rescore.ImageId, (member, _) => member)
            .CountAsync(cancellationToken);
        if (scored == images * versions.Count && project.HasSecondLooks)
        {
            scored = await members
                .Join(context.SecondLooks.Where(look => versions.Contains(look.ModelVersionId)), member => member.ImageId, look => look.ImageId, (member, _) => member)
                .CountAsync(cancellationToken);
        }

        return scored < images * versions.Count ? images : 0;
    }

    private IEnumerable<RunShard> Slices(ShardKind kind, int imageCount)
    {
        for (int first = 0; first < imageCount; first += options.ImagesPerShard)
        {
            yield return new RunShard { Kind = kind, FirstOrdinal = first, ImageCount = Math.Min(options.ImagesPerShard, imageCount - first), NextTryAt = clock.GetUtcNow() };
        }
    }

    private static async Task<bool> SaveAsync(MonitoringDbContext context, Run run, UniformSample sample, List<RunShard> shards, CancellationToken cancellationToken)
    {
        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (run.ScheduleId is { } schedule)
        {
            // The key decides between two planners: the second one adds nothing and leaves.
            ScheduleOccurrence occurrence = new() { ScheduleId = schedule, DueAt = run.WindowEnd };
            if (await context.InsertNewAsync([occurrence], cancellationToken) == 0)
            {
                return false;
            }
        }

        context.Runs.Add(run);
        await context.SaveChangesAsync(cancellationToken);
        await context.InsertNewAsync([.. sample.ImageIds().Select((image, ordinal) => new RunImage { RunId = run.Id, ImageId = image, Ordinal = ordinal, InclusionProbability = sample.InclusionProbability })], cancellationToken);
        for (int number = 0; number < shards.Count; number++)
        {
            (shards[number].RunId, shards[number].Number) = (run.Id, number);
        }

        await context.InsertNewAsync(shards, cancellationToken);
        await context.ScheduleOccurrences
            .Where(occurrence => occurrence.ScheduleId == run.ScheduleId && occurrence.DueAt == run.WindowEnd)
            .ExecuteUpdateAsync(update => update.SetProperty(occurrence => occurrence.RunId, run.Id), cancellationToken);
        context.LiveNotices.Add(new LiveNotice { ProjectId = run.ProjectId, Kind = NoticeKinds.RunPlanned, SubjectId = run.Id, CreatedAt = run.PlannedAt });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
