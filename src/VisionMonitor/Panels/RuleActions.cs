using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What a person does with alert rules.</summary>
public static class RuleActions
{
    /// <summary>Adds a rule, or replaces the one with its id.</summary>
    public static async Task SaveAsync(MonitoringDbContext db, AlertRule rule, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool isNew = rule.Id == 0;
        rule.CreatedAt = isNew ? now : rule.CreatedAt;
        db.Update(rule);
        Record(db, actor, isNew ? "rule.created" : "rule.changed", rule, now);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Removes a rule with its incidents.</summary>
    public static async Task DeleteAsync(MonitoringDbContext db, AlertRule rule, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await db.AlertRules.Where(candidate => candidate.Id == rule.Id).ExecuteDeleteAsync(cancellationToken);
        Record(db, actor, "rule.deleted", rule, now);
        await db.SaveChangesAsync(cancellationToken);
    }

    private static void Record(MonitoringDbContext db, string actor, string action, AlertRule rule, DateTimeOffset now)
    {
        db.Add(new AuditEntry { At = now, Actor = actor, Action = action, ProjectId = rule.ProjectId, Detail = rule.Name });
        db.Add(new LiveNotice { ProjectId = rule.ProjectId, Kind = NoticeKinds.ProjectChanged, SubjectId = rule.ProjectId, CreatedAt = now });
    }
}
