using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
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
        incidents.MapPost("/incidents/{incidentId:long}/acknowledge", AcknowledgeAsync).For(Role.Editor).WithSummary("Say that somebody looks after it; the first to say so stays");
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

    // The gate has seen to it that there is such an incident.
    private static async Task<Ok<Incident>> AcknowledgeAsync(long incidentId, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await IncidentActions.AcknowledgeAsync(db, incidentId, caller, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<Incident>> SilenceAsync(long incidentId, Silence silence, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await IncidentActions.SilenceAsync(db, incidentId, silence.Until, silence.Reason, caller, time.GetUtcNow(), cancellationToken));

    private static async Task<Ok<Incident>> WriteNoteAsync(long incidentId, IncidentNote note, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await IncidentActions.WriteNoteAsync(db, incidentId, note.Text, caller, time.GetUtcNow(), cancellationToken));
}

/// <summary>An incident, the rule that found it and the messages that were owed for it.</summary>
internal sealed record IncidentView(Incident Incident, AlertRule Rule, IReadOnlyList<OutboxNotice> Messages);

/// <summary>How long no message shall be sent, and why.</summary>
public sealed record Silence(DateTimeOffset? Until, [property: StringLength(500)] string Reason = "");

/// <summary>What was found out about an incident.</summary>
public sealed record IncidentNote([property: StringLength(4000)] string Text);
