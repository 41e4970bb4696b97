using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Adds to a change, in its own transaction, who made it.</summary>
internal static class AuditTrail
{
    private const int LongestDetail = 2000;

    public static void Record(this MonitoringDbContext db, Caller caller, DateTimeOffset at, string action, long? projectId, string detail) =>
        db.Record(caller.Actor, at, action, projectId, detail);

    public static void Record(this MonitoringDbContext db, string actor, DateTimeOffset at, string action, long? projectId, string detail) =>
        db.AuditEntries.Add(new AuditEntry
        {
            At = at,
            Actor = actor,
            Action = action,
            ProjectId = projectId,
            Detail = detail.Length > LongestDetail ? detail[..LongestDetail] : detail,
        });

    public static void Announce(this MonitoringDbContext db, string kind, long? projectId, long? subjectId, DateTimeOffset at) =>
        db.LiveNotices.Add(new LiveNotice { Kind = kind, ProjectId = projectId, SubjectId = subjectId, CreatedAt = at });
}
