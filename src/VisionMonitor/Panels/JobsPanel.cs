using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What runs, when it runs next, and how it went.</summary>
public sealed record JobsPanel
{
    public required IReadOnlyList<ScheduleRow> Schedules { get; init; }

    /// <summary>Runs that are being worked on.</summary>
    public required IReadOnlyList<RunRow> Running { get; init; }

    /// <summary>The newest ended runs.</summary>
    public required IReadOnlyList<RunRow> History { get; init; }

    /// <summary>Due times that were skipped lately, with the reason.</summary>
    public required IReadOnlyList<SkippedDueTime> Skipped { get; init; }

    public required IReadOnlyList<NamedProject> ProjectsWithoutSchedule { get; init; }

    private const int MostHistory = 50;

    /// <summary>Loads the panel for all projects, or for one.</summary>
    public static async Task<JobsPanel> LoadJobsAsync(MonitoringDbContext db, DateTimeOffset now, CancellationToken cancellationToken, long? projectId = null)
    {
        Dictionary<long, Project> projects = await db.Projects.AsNoTracking().Where(project => projectId == null || project.Id == projectId).OrderBy(project => project.Id).Take(1000).ToDictionaryAsync(project => project.Id, cancellationToken);
        Schedule[] schedules = await db.Schedules.AsNoTracking().Where(schedule => projectId == null || schedule.ProjectId == projectId).OrderBy(schedule => schedule.Name).Take(500).ToArrayAsync(cancellationToken);
        Run[] running = await db.Runs.AsNoTracking().Where(run => run.State == RunState.Running && (projectId == null || run.ProjectId == projectId)).OrderByDescending(run => run.PlannedAt).Take(20).ToArrayAsync(cancellationToken);
        Run[] ended = await db.Runs.AsNoTracking().Where(run => run.State != RunState.Running && (projectId == null || run.ProjectId == projectId)).OrderByDescending(run => run.PlannedAt).Take(MostHistory).ToArrayAsync(cancellationToken);
        long[] runIds = [.. running.Select(run => run.Id)];
        RunShard[] shards = await db.RunShards.AsNoTracking().Where(shard => runIds.Contains(shard.RunId)).ToArrayAsync(cancellationToken);
        ILookup<long, RunShard> byRun = shards.ToLookup(shard => shard.RunId);
        long[] scheduleIds = [.. schedules.Select(schedule => schedule.Id)];
        Dictionary<long, DateTimeOffset?> lastRuns = (await db.Runs.AsNoTracking().Where(run => run.ScheduleId != null && scheduleIds.Contains(run.ScheduleId.Value))
            .GroupBy(run => run.ScheduleId!.Value).Select(group => new { group.Key, Last = group.Max(run => (DateTimeOffset?)run.WindowEnd) }).ToArrayAsync(cancellationToken)).ToDictionary(pair => pair.Key, pair => pair.Last);
        var skipped = await (from occurrence in db.ScheduleOccurrences.Where(occurrence => occurrence.SkippedBecause != null && scheduleIds.Contains(occurrence.ScheduleId))
                             join schedule in db.Schedules on occurrence.ScheduleId equals schedule.Id
                             orderby occurrence.DueAt descending
                             select new { schedule.Name, occurrence.DueAt, occurrence.SkippedBecause }).AsNoTracking().Take(10).ToListAsync(cancellationToken);
        return new JobsPanel
        {
            Schedules = [.. schedules.Select(schedule => ScheduleRow.Of(schedule, projects[schedule.ProjectId], lastRuns.GetValueOrDefault(schedule.Id), now))],
            Running = [.. running.Select(run => RunRow.Of(run, projects.GetValueOrDefault(run.ProjectId), [.. byRun[run.Id]], now))],
            History = [.. ended.Select(run => RunRow.Of(run, projects.GetValueOrDefault(run.ProjectId), [], now))],
            Skipped = [.. skipped.Select(row => new SkippedDueTime(row.Name, row.DueAt, row.SkippedBecause!))],
            ProjectsWithoutSchedule = [.. projects.Values.Where(project => schedules.All(schedule => schedule.ProjectId != project.Id)).OrderBy(project => project.Name).Select(project => new NamedProject(project.Id, project.Name))],
        };
    }
}

/// <summary>One schedule.</summary>
public sealed record ScheduleRow(long Id, long ProjectId, string Project, string Slug, string Name, string Words, string Cron, string TimeZone, TimeSpan Window, int SampleSize, bool IsPaused, DateTimeOffset? NextAt, DateTimeOffset? LastAt)
{
    internal static ScheduleRow Of(Schedule schedule, Project project, DateTimeOffset? last, DateTimeOffset now) => new(
        schedule.Id, project.Id, project.Name, project.Slug, schedule.Name, CronText.Words(schedule.Cron), schedule.Cron, schedule.TimeZone, schedule.Window, schedule.SampleSize, schedule.IsPaused,
        schedule.IsPaused || DueTimes.Problem(schedule.Cron, schedule.TimeZone) is not null ? null : DueTimes.Next(schedule.Cron, schedule.TimeZone, now), last);
}

/// <summary>One run and how far it is.</summary>
public sealed record RunRow(long Id, string Project, string Slug, string TimeZone, string Trigger, RunState State, DateTimeOffset WindowStart, DateTimeOffset WindowEnd, int PopulationCount, int SampleCount, int FailedImageCount, int VersionCount, DateTimeOffset PlannedAt, TimeSpan? Duration, int ShardCount, int DoneCount, string? FailureReason, string? Findings, string? ShardError)
{
    /// <summary>0 to 1.</summary>
    public double Progress => ShardCount == 0 ? 0 : (double)DoneCount / ShardCount;

    /// <summary>Images times versions per second; null while unknown.</summary>
    public double? Rate => State == RunState.Completed && Duration is { TotalSeconds: > 0 } duration ? SampleCount * VersionCount / duration.TotalSeconds : null;

    /// <summary>How long it will still take at its pace so far; null while unknown.</summary>
    public TimeSpan? Remaining => State == RunState.Running && DoneCount > 0 && Duration is { } so ? so * ((double)(ShardCount - DoneCount) / DoneCount) : null;

    internal static RunRow Of(Run run, Project? project, RunShard[] shards, DateTimeOffset now) => new(
        run.Id, project?.Name ?? "", project?.Slug ?? "", project?.TimeZone ?? "Etc/UTC", run.Trigger, run.State, run.WindowStart, run.WindowEnd, run.PopulationCount, run.SampleCount, run.FailedImageCount, run.ModelVersionIds.Count,
        run.PlannedAt, (run.CompletedAt ?? now) - (run.StartedAt ?? run.PlannedAt), Math.Max(shards.Length, run.ShardCount), shards.Count(shard => shard.State == ShardState.Done), run.FailureReason, run.Findings, shards.Select(shard => shard.LastError).FirstOrDefault(error => error is not null));
}

/// <summary>A due time that became no run.</summary>
public sealed record SkippedDueTime(string Schedule, DateTimeOffset DueAt, string Because);

/// <summary>A project to choose.</summary>
public sealed record NamedProject(long Id, string Name);
