using Microsoft.EntityFrameworkCore;
using VisionMonitor.Endpoints;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Panels;

/// <summary>What a person does with an incident. The page and the API call the same; each answers the incident, or null when there is none.</summary>
public static class IncidentActions
{
    private const int LongestName = 100;
    private const int LongestNote = 4000;

    /// <summary>Says that somebody takes care. The first to say so stays, and saying it again changes nothing.</summary>
    public static async Task<Incident?> AcknowledgeAsync(MonitoringDbContext db, long id, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Decided by the database, so that of two who say it at the same moment one is the first.
        string name = caller.Name.Length > LongestName ? caller.Name[..LongestName] : caller.Name;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        int first = await db.Incidents.Where(incident => incident.Id == id && incident.AcknowledgedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(incident => incident.AcknowledgedAt, now).SetProperty(incident => incident.AcknowledgedBy, name), cancellationToken);
        Incident? acknowledged = await db.Incidents.AsNoTracking().FirstOrDefaultAsync(incident => incident.Id == id, cancellationToken);
        if (first > 0)
        {
            Tell(db, acknowledged!, caller, "incident.acknowledged", "", now);
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return acknowledged;
    }

    /// <summary>No message until then; null lifts the silence.</summary>
    public static Task<Incident?> SilenceAsync(MonitoringDbContext db, long id, DateTimeOffset? until, string reason, Caller caller, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(db, id, caller, until is null ? "incident.unsilenced" : "incident.silenced", until is null ? reason : $"until {until:u}: {reason}", now, incident => incident.SilencedUntil = until, cancellationToken);

    /// <summary>Replaces the note.</summary>
    public static Task<Incident?> WriteNoteAsync(MonitoringDbContext db, long id, string note, Caller caller, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(db, id, caller, "incident.noted", note.Length > 200 ? note[..200] : note, now, incident => incident.Note = note.Length > LongestNote ? note[..LongestNote] : note, cancellationToken);

    private static async Task<Incident?> ChangeAsync(MonitoringDbContext db, long id, Caller caller, string action, string detail, DateTimeOffset now, Action<Incident> change, CancellationToken cancellationToken)
    {
        if (await db.Incidents.FirstOrDefaultAsync(incident => incident.Id == id, cancellationToken) is not { } incident)
        {
            return null;
        }

        change(incident);
        Tell(db, incident, caller, action, detail, now);
        await db.SaveChangesAsync(cancellationToken);
        return incident;
    }

    private static void Tell(MonitoringDbContext db, Incident incident, Caller caller, string action, string detail, DateTimeOffset now)
    {
        db.Record(caller, now, action, incident.ProjectId, $"incident {incident.Id}{(detail.Length > 0 ? $": {detail}" : "")}");
        db.Announce(NoticeKinds.IncidentChanged, incident.ProjectId, incident.Id, now);
    }
}
