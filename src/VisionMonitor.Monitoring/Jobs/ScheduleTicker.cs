using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Turns due times into runs. Any number of tickers may run at once, on clocks that differ, and may die at any line: every due time
/// is recorded under its key once, as one run or as skipped with its reason.
/// </summary>
public sealed class ScheduleTicker(IDbContextFactory<MonitoringDbContext> contexts, RunPlanner planner, TimeProvider clock, MonitoringOptions options)
{
    /// <summary>Records every due time that has passed and plans the runs.</summary>
    /// <returns>The runs that this call planned.</returns>
    public async Task<IReadOnlyList<PlannedRun>> TickAsync(CancellationToken cancellationToken)
    {
        List<Schedule> schedules;
        await using (MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            schedules = await context.Schedules.AsNoTracking().OrderBy(schedule => schedule.Id).ToListAsync(cancellationToken);
        }

        List<PlannedRun> planned = [];
        foreach (Schedule schedule in schedules.Where(schedule => DueTimes.Problem(schedule.Cron, schedule.TimeZone) is null))
        {
            planned.AddRange(await TickAsync(schedule, cancellationToken));
        }

        return planned;
    }

    private async Task<List<PlannedRun>> TickAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<DateTimeOffset> passed = DueTimes.Between(schedule.Cron, schedule.TimeZone, schedule.PlannedUntil, now);
        if (passed.Count == 0)
        {
            return [];
        }

        IReadOnlyList<DueTime> due = DueTimes.Decide(passed, schedule.MisfirePolicy, schedule.IsPaused, now, options.MisfireGrace);
        List<PlannedRun> planned = [];
        foreach (DueTime time in due.Where(time => time.SkippedBecause is null))
        {
            PlanRequest request = new(schedule.ProjectId, time.At - schedule.Window, time.At, schedule.SampleSize, "schedule") { ScheduleId = schedule.Id };
            if (await planner.PlanAsync(request, cancellationToken) is { } run)
            {
                planned.Add(run);
            }
        }

        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.InsertNewAsync(
            [.. due.Where(time => time.SkippedBecause is not null).Select(time => new ScheduleOccurrence { ScheduleId = schedule.Id, DueAt = time.At, SkippedBecause = time.SkippedBecause })],
            cancellationToken);

        // Last: whoever dies before this line leaves the same due times to the next tick, whose keys are then taken.
        DateTimeOffset last = passed[^1];
        await context.Schedules
            .Where(row => row.Id == schedule.Id && row.PlannedUntil < last)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.PlannedUntil, last), cancellationToken);
        return planned;
    }
}
