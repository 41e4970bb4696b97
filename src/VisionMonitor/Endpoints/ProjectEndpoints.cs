using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;
using VisionMonitor.Vision;

namespace VisionMonitor.Endpoints;

/// <summary>Projects: one vision task each, with its classes, models, baseline and schedules.</summary>
internal static class ProjectEndpoints
{
    public static void MapProjects(this RouteGroupBuilder api)
    {
        RouteGroupBuilder projects = api.MapGroup("/projects").WithTags("Projects");
        projects.MapGet("", ListAsync).WithMetadata(new FiltersByProject()).WithSummary("The projects that the key opens");
        projects.MapPost("", CreateAsync).For(Role.Admin).WithSummary("Create a project");
        projects.MapGet("/{projectId:long}", GetAsync).WithSummary("One project");
        projects.MapDelete("/{projectId:long}", DeleteAsync).For(Role.Admin).WithSummary("Delete a project and everything in it; confirm with its slug");
        projects.MapGet("/{projectId:long}/image-sets", ListSetsAsync).WithSummary("The project's image sets, its baseline among them");
        projects.MapGet("/{projectId:long}/baseline", GetBaselineAsync).WithSummary("Whether the baseline can be relied on: too small, mixed, stale or contaminated");
        projects.MapPut("/{projectId:long}/stuff-classes", ChooseStuffAsync).For(Role.Editor).WithSummary("Say which classes of a panoptic project are ground (stuff); its PQ of things and of stuff are told apart by them, also in past runs");
        projects.MapPut("/{projectId:long}/second-looks", ChooseSecondLooksAsync).For(Role.Editor).WithSummary("Say whether versions answer every sampled image a second time, a little changed, for estimates by agreement with themselves; it doubles what a run costs");
        projects.MapPut("/{projectId:long}/baseline", SetBaselineAsync).For(Role.Editor).WithSummary("Choose the image set that drift is measured against");
    }

    private static async Task<Ok<List<Project>>> ListAsync(Caller caller, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.Projects.AsNoTracking()
            .Where(project => caller.ProjectId == null || project.Id == caller.ProjectId)
            .OrderBy(project => project.Name).ToListAsync(cancellationToken));

    private static async Task<Ok<Project>> GetAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken));

    private static async Task<Results<Created<Project>, ProblemHttpResult>> CreateAsync(
        ProjectOrder order, Caller caller, WatchedFolders folders, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(order.TimeZone, out _))
        {
            return Problem.Invalid("unknown_time_zone", $"\"{order.TimeZone}\" is no IANA time zone, such as Europe/Berlin.");
        }

        if (await db.Projects.AnyAsync(project => project.Slug == order.Slug, cancellationToken))
        {
            return Problem.Conflict("slug_taken", $"There is a project \"{order.Slug}\" already.");
        }

        Project project = order.ToProject(time.GetUtcNow());
        await ProjectActions.CreateAsync(db, folders, project, caller.Actor, project.CreatedAt, cancellationToken);
        return TypedResults.Created($"/api/v1/projects/{project.Id}", project);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        long projectId, string? confirm, Caller caller, ProjectRemoval removal, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        Project project = await db.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken);
        if (confirm != project.Slug)
        {
            return Problem.Invalid("confirmation_missing", $"This deletes the project, its images and its history. To go on add ?confirm={project.Slug} to the address.");
        }

        await ProjectActions.DeleteAsync(db, removal, project, caller.Actor, time.GetUtcNow(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<List<ImageSetView>>> ListSetsAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.ImageSets.AsNoTracking().Where(set => set.ProjectId == projectId).OrderByDescending(set => set.CreatedAt)
            .Select(set => new ImageSetView(
                set.Id, set.Name, set.Description, set.CreatedAt,
                db.ImageSetMembers.Count(member => member.ImageSetId == set.Id),
                db.Projects.Any(project => project.BaselineId == set.Id)))
            .ToListAsync(cancellationToken));

    private static async Task<Ok<BaselinePanel>> GetBaselineAsync(long projectId, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await BaselinePanel.LoadBaselineAsync(db, projectId, time.GetUtcNow(), cancellationToken));

    private static async Task<Results<NoContent, ProblemHttpResult>> ChooseStuffAsync(
        long projectId, StuffChoice choice, Caller caller, Bell bell, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        Project project = await db.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken);
        if (project.Task != VisionTask.Panoptic)
        {
            return Problem.Conflict("task_mismatch", $"Only panoptic projects tell things from stuff; \"{project.Slug}\" does {project.Task}.");
        }

        if (choice.ClassNames.Except(project.ClassNames).FirstOrDefault() is { } unknown)
        {
            return Problem.Invalid("unknown_class", $"\"{unknown}\" is no class of project \"{project.Slug}\".");
        }

        await ProjectActions.ChooseStuffAsync(db, bell, projectId, choice.ClassNames, caller.Actor, time.GetUtcNow(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ChooseSecondLooksAsync(long projectId, SecondLookChoice choice, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        await ProjectActions.ChooseSecondLooksAsync(db, projectId, choice.HasSecondLooks, caller.Actor, time.GetUtcNow(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetBaselineAsync(
        long projectId, BaselineChoice choice, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!await db.ImageSets.AnyAsync(set => set.Id == choice.ImageSetId && set.ProjectId == projectId, cancellationToken))
        {
            return Problem.NotFound("image set", choice.ImageSetId);
        }

        Project project = await db.Projects.SingleAsync(project => project.Id == projectId, cancellationToken);
        project.BaselineId = choice.ImageSetId;
        db.Record(caller, time.GetUtcNow(), "baseline.chosen", projectId, $"image set {choice.ImageSetId}: {choice.Reason}");
        db.Announce(NoticeKinds.ProjectChanged, projectId, choice.ImageSetId, time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>What a new project shall be.</summary>
public sealed record ProjectOrder
{
    [Required, RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$", ErrorMessage = "A slug has lower-case letters, digits and single dashes.")]
    [StringLength(64)]
    public required string Slug { get; init; }

    [Required, StringLength(200)]
    public required string Name { get; init; }

    public required VisionTask Task { get; init; }

    /// <summary>Class names in index order.</summary>
    [Required, MaxLength(10_000)]
    public required List<string> ClassNames { get; init; }

    /// <summary>Those of them that are ground (stuff), of a panoptic project.</summary>
    [MaxLength(10_000)]
    public List<string> StuffClassNames { get; init; } = [];

    /// <summary>IANA time zone in which people of this project read clocks.</summary>
    [Required, StringLength(64)]
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>The confidence from which a detection counts in galleries, 0 to 1.</summary>
    [Range(0, 1)]
    public double OperatingConfidence { get; init; } = 0.25;

    public Project ToProject(DateTimeOffset now) => new()
    {
        Slug = Slug,
        Name = Name,
        Task = Task,
        ClassNames = ClassNames,
        StuffClassNames = [.. ClassNames.Where(StuffClassNames.Contains)],
        TimeZone = TimeZone,
        OperatingConfidence = OperatingConfidence,
        CreatedAt = now,
    };
}

/// <summary>An image set and how it is used.</summary>
internal sealed record ImageSetView(long Id, string Name, string Description, DateTimeOffset CreatedAt, int ImageCount, bool IsBaseline);

/// <summary>The classes of ground; no name: all classes are things.</summary>
public sealed record StuffChoice([property: Required, MaxLength(10_000)] List<string> ClassNames);

/// <summary>Whether versions look at every sampled image a second time.</summary>
public sealed record SecondLookChoice(bool HasSecondLooks);

/// <summary>Which image set becomes the baseline, and why.</summary>
public sealed record BaselineChoice(long ImageSetId, [property: StringLength(500)] string Reason = "");
