using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>When a project's sample is rescored.</summary>
internal static class ScheduleEndpoints
{
    public static void MapSchedules(this RouteGroupBuilder api)
    {
        RouteGroupBuilder schedules = api.MapGroup("").WithTags("Schedules");
        schedules.MapGet("/projects/{projectId:long}/schedules", ListAsync).WithSummary("The project's schedules");
        schedules.MapPost("/projects/{projectId:long}/schedules", CreateAsync).For(Role.Editor).WithSummary("Create a schedule; its first due time is the next one from now");
        schedules.MapPut("/schedules/{scheduleId:long}", ChangeAsync).For(Role.Editor).WithSummary("Change a schedule");
        schedules.MapDelete("/schedules/{scheduleId:long}", DeleteAsync).For(Role.Editor).WithSummary("Delete a schedule; its runs stay");
        schedules.MapPost("/schedules/{scheduleId:long}/pause", PauseAsync).For(Role.Editor).WithSummary("Pause a schedule");
        schedules.MapPost("/schedules/{scheduleId:long}/resume", ResumeAsync).For(Role.Editor).WithSummary("Resume a schedule from now on");
        schedules.MapGet("/schedules/{scheduleId:long}/occurrences", ListOccurrencesAsync).WithSummary("Past due times and what became of each, newest first");
    }

    private static async Task<Ok<List<Schedule>>> ListAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.Schedules.AsNoTracking().Where(schedule => schedule.ProjectId == projectId).OrderBy(schedule => schedule.Name).ToListAsync(cancellationToken));

    private static async Task<Results<Created<Schedule>, ProblemHttpResult>> CreateAsync(
        long projectId, ScheduleOrder order, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        Schedule schedule = new() { ProjectId = projectId, Name = order.Name, Cron = order.Cron, TimeZone = order.TimeZone };
        order.ApplyTo(schedule);
        return await ScheduleActions.WriteAsync(db, schedule, caller, time.GetUtcNow(), cancellationToken) is { } problem
            ? Problem.Invalid("invalid_schedule", problem)
            : TypedResults.Created($"/api/v1/schedules/{schedule.Id}", schedule);
    }

    private static async Task<Results<Ok<Schedule>, ProblemHttpResult>> ChangeAsync(
        long scheduleId, ScheduleOrder order, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        Schedule schedule = await db.Schedules.SingleAsync(schedule => schedule.Id == scheduleId, cancellationToken);
        order.ApplyTo(schedule);
        return await ScheduleActions.WriteAsync(db, schedule, caller, time.GetUtcNow(), cancellationToken) is { } problem
            ? Problem.Invalid("invalid_schedule", problem)
            : TypedResults.Ok(schedule);
    }

    private static async Task<NoContent> DeleteAsync(long scheduleId, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        Schedule schedule = await db.Schedules.SingleAsync(schedule => schedule.Id == scheduleId, cancellationToken);
        await ScheduleActions.DeleteAsync(db, schedule, caller, time.GetUtcNow(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Schedule>> PauseAsync(long scheduleId, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ScheduleActions.PauseAsync(db, scheduleId, isPaused: true, caller, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<Schedule>> ResumeAsync(long scheduleId, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ScheduleActions.PauseAsync(db, scheduleId, isPaused: false, caller, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<List<ScheduleOccurrence>>> ListOccurrencesAsync(long scheduleId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.ScheduleOccurrences.AsNoTracking().Where(occurrence => occurrence.ScheduleId == scheduleId)
            .OrderByDescending(occurrence => occurrence.DueAt).Take(200).ToListAsync(cancellationToken));
}

/// <summary>What a schedule shall be.</summary>
public sealed record ScheduleOrder
{
    [Required, StringLength(200)]
    public required string Name { get; init; }

    /// <summary>Cron with five fields, or six with seconds first.</summary>
    [Required, StringLength(100)]
    public required string Cron { get; init; }

    /// <summary>IANA time zone in which the cron expression is read.</summary>
    [Required, StringLength(64)]
    public required string TimeZone { get; init; }

    /// <summary>The sampled window ends at the due time and is this long.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "366.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>At most this many images of the window are sampled.</summary>
    [Range(1, 1_000_000)]
    public int SampleSize { get; init; } = 200;

    public MisfirePolicy MisfirePolicy { get; init; }

    public void ApplyTo(Schedule schedule)
    {
        schedule.Name = Name;
        schedule.Cron = Cron;
        schedule.TimeZone = TimeZone;
        schedule.Window = Window;
        schedule.SampleSize = SampleSize;
        schedule.MisfirePolicy = MisfirePolicy;
    }
}
