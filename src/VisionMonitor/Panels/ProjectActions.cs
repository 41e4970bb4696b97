using Microsoft.EntityFrameworkCore;
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

    /// <summary>Adds a project.</summary>
    public static async Task CreateAsync(MonitoringDbContext db, Project project, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.Add(project);
        await db.SaveChangesAsync(cancellationToken);
        db.Add(new AuditEntry { At = now, Actor = actor, Action = "project.created", ProjectId = project.Id, Detail = project.Slug });
        db.Add(new LiveNotice { ProjectId = project.Id, Kind = NoticeKinds.ProjectChanged, SubjectId = project.Id, CreatedAt = now });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Removes every project that our own demo drew, with all its rows.</summary>
    /// <returns>How many were removed.</returns>
    public static async Task<int> RemoveDemoAsync(MonitoringDbContext db, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        int removed = await db.Projects.Where(project => project.IsDemo).ExecuteDeleteAsync(cancellationToken);
        db.Add(new AuditEntry { At = now, Actor = actor, Action = "demo.removed", Detail = $"{removed} projects" });
        db.Add(new LiveNotice { Kind = NoticeKinds.ProjectChanged, CreatedAt = now });
        await db.SaveChangesAsync(cancellationToken);
        return removed;
    }
}
