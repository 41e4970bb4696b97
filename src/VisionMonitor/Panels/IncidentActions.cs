using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What a person does with an incident on the page. The API has its own twin in IncidentEndpoints.</summary>
public static class IncidentActions
{
    /// <summary>Says that somebody takes care. The first to say so stays.</summary>
    /// <returns>False when there is no such incident.</returns>
    public static Task<bool> AcknowledgeAsync(MonitoringDbContext db, long id, string actor, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(db, id, actor, "incident.acknowledged", "", now, incident =>
        {
            incident.AcknowledgedBy ??= actor;
            incident.AcknowledgedAt ??= now;
        }, cancellationToken);

    /// <summary>No message until then; null lifts the silence.</summary>
    public static Task<bool> SilenceAsync(MonitoringDbContext db, long id, DateTimeOffset? until, string reason, string actor, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(db, id, actor, until is null ? "incident.unsilenced" : "incident.silenced", reason, now, incident => incident.SilencedUntil = until, cancellationToken);

    /// <summary>Replaces the note.</summary>
    public static Task<bool> WriteNoteAsync(MonitoringDbContext db, long id, string note, string actor, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(db, id, actor, "incident.noted", note.Length > 200 ? note[..200] : note, now, incident => incident.Note = note.Length > 4000 ? note[..4000] : note, cancellationToken);

    private static async Task<bool> ChangeAsync(MonitoringDbContext db, long id, string actor, string action, string detail, DateTimeOffset now, Action<Incident> change, CancellationToken cancellationToken)
    {
        if (await db.Incidents.FirstOrDefaultAsync(incident => incident.Id == id, cancellationToken) is not { } incident)
        {
            return false;
        }

        change(incident);
        db.Add(new AuditEntry { At = now, Actor = actor, Action = action, ProjectId = incident.ProjectId, Detail = $"incident {id}{(detail.Length > 0 ? $": {detail}" : "")}" });
        db.Add(new LiveNotice { ProjectId = incident.ProjectId, Kind = NoticeKinds.IncidentChanged, SubjectId = id, CreatedAt = now });
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
