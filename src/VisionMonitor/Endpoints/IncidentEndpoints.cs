using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Faults that rules found, from opening to closing.</summary>
internal static class IncidentEndpoints
{
    public static void MapIncidents(this RouteGroupBuilder api)
    {
        RouteGroupBuilder incidents = api.MapGroup("").WithTags("Incidents");
        incidents.MapGet("/incidents", ListAsync).WithMetadata(new FiltersByProject()).WithSummary("Incidents, newest first; open=true for those that are not resolved");
        incidents.MapGet("/incidents/{incidentId:long}", GetAsync).WithSummary("One incident with its messages");
        incidents.MapPost("/incidents/{incidentId:long}/acknowledge", AcknowledgeAsync).For(Role.Editor).WithSummary("Say that somebody looks after it");
        incidents.MapPost("/incidents/{incidentId:long}/silence", SilenceAsync).For(Role.Editor).WithSummary("Send no message until then; null ends the silence");
        incidents.MapPut("/incidents/{incidentId:long}/note", WriteNoteAsync).For(Role.Editor).WithSummary("Write down what was found");
    }

    private static async Task<Ok<Page<Incident>>> ListAsync(
        long? projectId, bool? open, Cursor? cursor, int? limit, Caller caller, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        int size = Math.Clamp(limit ?? 100, 1, 500);
        long before = (cursor ?? Cursor.Start).Id;
        List<Incident> rows = await db.Incidents.AsNoTracking()
            .Where(incident => incident.Id < before && (caller.ProjectId == null || incident.ProjectId == caller.ProjectId))
            .Where(incident => (projectId == null || incident.ProjectId == projectId) && (open == null || open == (incident.OpenRuleId != null)))
            .OrderByDescending(incident => incident.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<Incident>.Of(rows, size, incident => new Cursor(incident.StartedAt, incident.Id)));
    }

    private static async Task<Ok<IncidentView>> GetAsync(long incidentId, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        Incident incident = await db.Incidents.AsNoTracking().SingleAsync(incident => incident.Id == incidentId, cancellationToken);
        AlertRule rule = await db.AlertRules.AsNoTracking().SingleAsync(rule => rule.Id == incident.AlertRuleId, cancellationToken);
        List<OutboxNotice> messages = await db.OutboxNotices.AsNoTracking().Where(notice => notice.IncidentId == incidentId).OrderBy(notice => notice.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(new IncidentView(incident, rule, messages));
    }

    private static Task<Ok<Incident>> AcknowledgeAsync(long incidentId, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        ChangeAsync(incidentId, "incident.acknowledged", "", caller, db, time, cancellationToken, (incident, now) =>
        {
            incident.AcknowledgedBy = caller.Name.Length > 100 ? caller.Name[..100] : caller.Name;
            incident.AcknowledgedAt = now;
        });

    private static Task<Ok<Incident>> SilenceAsync(long incidentId, Silence silence, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        ChangeAsync(incidentId, "incident.silenced", $"until {silence.Until:u}: {silence.Reason}", caller, db, time, cancellationToken, (incident, _) => incident.SilencedUntil = silence.Until);

    private static Task<Ok<Incident>> WriteNoteAsync(long incidentId, IncidentNote note, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        ChangeAsync(incidentId, "incident.noted", "", caller, db, time, cancellationToken, (incident, _) => incident.Note = note.Text);

    private static async Task<Ok<Incident>> ChangeAsync(
        long incidentId, string action, string detail, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken, Action<Incident, DateTimeOffset> change)
    {
        DateTimeOffset now = time.GetUtcNow();
        Incident incident = await db.Incidents.SingleAsync(incident => incident.Id == incidentId, cancellationToken);
        change(incident, now);
        db.Record(caller, now, action, incident.ProjectId, $"incident {incidentId} {detail}".TrimEnd());
        db.Announce(NoticeKinds.IncidentChanged, incident.ProjectId, incidentId, now);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(incident);
    }
}

/// <summary>An incident, the rule that found it and the messages that were owed for it.</summary>
internal sealed record IncidentView(Incident Incident, AlertRule Rule, IReadOnlyList<OutboxNotice> Messages);

/// <summary>How long no message shall be sent, and why.</summary>
public sealed record Silence(DateTimeOffset? Until, [property: StringLength(500)] string Reason = "");

/// <summary>What was found out about an incident.</summary>
public sealed record IncidentNote([property: StringLength(4000)] string Text);
