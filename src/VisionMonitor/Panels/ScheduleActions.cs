using Microsoft.EntityFrameworkCore;
using VisionMonitor.Endpoints;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Panels;

/// <summary>What a person does with schedules. The page and the API call the same.</summary>
public static class ScheduleActions
{
    /// <summary>Stops planning, or goes on from now.</summary>
    /// <returns>The schedule; null when there is none.</returns>
    public static async Task<Schedule?> PauseAsync(MonitoringDbContext db, long scheduleId, bool isPaused, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Schedules.FirstOrDefaultAsync(schedule => schedule.Id == scheduleId, cancellationToken) is not { } schedule)
        {
            return null;
        }

        if (schedule.IsPaused && !isPaused)
        {
            // The due times of the pause are none: it goes on from now.
            schedule.PlannedUntil = now;
        }

        schedule.IsPaused = isPaused;
        await SaveAsync(db, schedule, isPaused ? "schedule.paused" : "schedule.resumed", caller, now, cancellationToken);
        return schedule;
    }

    /// <summary>Adds a schedule, or changes the one that the context tracks; its first due time is the next one from now.</summary>
    /// <returns>What is wrong with the expression or the zone, in a sentence; null when it was saved.</returns>
    public static async Task<string?> WriteAsync(MonitoringDbContext db, Schedule schedule, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (DueTimes.Problem(schedule.Cron, schedule.TimeZone) is { } problem)
        {
            return problem;
        }

        // A new expression does not reach back for due times that it would have had.
        schedule.PlannedUntil = now;
        bool isNew = schedule.Id == 0;
        if (isNew)
        {
            db.Add(schedule);
        }

        await SaveAsync(db, schedule, isNew ? "schedule.created" : "schedule.changed", caller, now, cancellationToken);
        return null;
    }

    /// <summary>Removes a schedule; its runs stay.</summary>
    public static Task DeleteAsync(MonitoringDbContext db, Schedule schedule, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.Remove(schedule);
        return SaveAsync(db, schedule, "schedule.deleted", caller, now, cancellationToken);
    }

    private static Task SaveAsync(MonitoringDbContext db, Schedule schedule, string action, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.Record(caller, now, action, schedule.ProjectId, $"{schedule.Name}: {schedule.Cron} {schedule.TimeZone}");
        db.Announce(NoticeKinds.ProjectChanged, schedule.ProjectId, schedule.ProjectId, now);
        return db.SaveChangesAsync(cancellationToken);
    }
}
