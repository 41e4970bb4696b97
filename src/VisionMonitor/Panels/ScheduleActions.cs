using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What a person does with schedules. The page and the API call the same.</summary>
public static class ScheduleActions
{
    /// <summary>Stops planning, or goes on from now.</summary>
    /// <returns>False when there is no such schedule.</returns>
    public static async Task<bool> PauseAsync(MonitoringDbContext db, long scheduleId, bool isPaused, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Schedules.FirstOrDefaultAsync(schedule => schedule.Id == scheduleId, cancellationToken) is not { } schedule)
        {
            return false;
        }

        schedule.IsPaused = isPaused;
        db.Add(new AuditEntry { At = now, Actor = actor, Action = isPaused ? "schedule.paused" : "schedule.resumed", ProjectId = schedule.ProjectId, Detail = schedule.Name });
        db.Add(new LiveNotice { ProjectId = schedule.ProjectId, Kind = NoticeKinds.ProjectChanged, SubjectId = schedule.ProjectId, CreatedAt = now });
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>Adds a schedule.</summary>
    /// <returns>What is wrong with the expression or the zone, in a sentence; null when it was saved.</returns>
    public static async Task<string?> CreateAsync(MonitoringDbContext db, Schedule schedule, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (DueTimes.Problem(schedule.Cron, schedule.TimeZone) is { } problem)
        {
            return problem;
        }

        schedule.PlannedUntil = now;
        db.Add(schedule);
        db.Add(new AuditEntry { At = now, Actor = actor, Action = "schedule.created", ProjectId = schedule.ProjectId, Detail = $"{schedule.Name}: {schedule.Cron} {schedule.TimeZone}" });
        db.Add(new LiveNotice { ProjectId = schedule.ProjectId, Kind = NoticeKinds.ProjectChanged, SubjectId = schedule.ProjectId, CreatedAt = now });
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }
}
