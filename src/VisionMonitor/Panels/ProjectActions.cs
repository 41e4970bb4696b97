using Microsoft.EntityFrameworkCore;
using VisionMonitor.Endpoints;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What a person does with projects. The page and the API call the same.</summary>
public static class ProjectActions
{
    /// <summary>Lower-case letters, digits and dashes of a name; empty when none is left.</summary>
    public static string SlugOf(string name)
    {
        string dashed = new([.. name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);
        string slug = string.Join('-', dashed.Split('-', StringSplitOptions.RemoveEmptyEntries));
        return slug.Length > 64 ? slug[..64].TrimEnd('-') : slug is "new" ? "new-project" : slug;
    }

    /// <summary>Adds a project, with the folder into which its images may be dropped.</summary>
    public static async Task CreateAsync(MonitoringDbContext db, WatchedFolders folders, Project project, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.Add(project);
        await db.SaveChangesAsync(cancellationToken);
        db.Record(actor, now, "project.created", project.Id, project.Slug);
        db.Announce(NoticeKinds.ProjectChanged, project.Id, project.Id, now);
        await db.SaveChangesAsync(cancellationToken);
        folders.Create(project.Id);
    }

    /// <summary>Says which classes of a panoptic project are ground (stuff); past numbers of things and stuff are written anew.</summary>
    internal static async Task ChooseStuffAsync(MonitoringDbContext db, Bell bell, long projectId, IReadOnlyList<string> names, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await GroundClasses.ChooseAsync(db, projectId, names, now, cancellationToken))
        {
            db.Record(actor, now, "stuff.chosen", projectId, names.Count == 0 ? "none" : string.Join(", ", names) is { Length: > 400 } many ? many[..400] + "…" : string.Join(", ", names));
            await db.SaveChangesAsync(cancellationToken);
            bell.EvaluationStale(projectId);
        }
    }

    /// <summary>Says whether versions look at every sampled image and the baseline's a second time, a little changed; from now on, in a run that is under way, too.</summary>
    internal static async Task ChooseSecondLooksAsync(MonitoringDbContext db, long projectId, bool hasSecondLooks, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Project project = await db.Projects.SingleAsync(project => project.Id == projectId, cancellationToken);
        if (project.HasSecondLooks != hasSecondLooks)
        {
            project.HasSecondLooks = hasSecondLooks;
            db.Record(actor, now, "second_looks.chosen", projectId, hasSecondLooks ? "on" : "off");
            db.Announce(NoticeKinds.ProjectChanged, projectId, projectId, now);
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Removes a project with all that is its own.</summary>
    public static async Task DeleteAsync(MonitoringDbContext db, ProjectRemoval removal, Project project, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.Record(actor, now, "project.deleted", project.Id, project.Slug);
        db.Announce(NoticeKinds.ProjectChanged, project.Id, null, now);
        await removal.RemoveAsync(db, [project.Id], cancellationToken);
    }

    /// <summary>Removes every project that our own demo drew, with all that is its own.</summary>
    /// <returns>How many were removed.</returns>
    public static async Task<int> RemoveDemoAsync(MonitoringDbContext db, ProjectRemoval removal, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        long[] demo = await db.Projects.Where(project => project.IsDemo).Select(project => project.Id).ToArrayAsync(cancellationToken);
        db.Record(actor, now, "demo.removed", null, $"{demo.Length} projects");
        db.Announce(NoticeKinds.ProjectChanged, null, null, now);
        return await removal.RemoveAsync(db, demo, cancellationToken);
    }
}
