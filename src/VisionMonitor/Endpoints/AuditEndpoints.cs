using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Who did what and when.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder api) =>
        api.MapGet("/audit", ListAsync).For(Role.Admin).WithTags("Audit").WithSummary("Who did what and when, newest first");

    private static async Task<Ok<Page<AuditEntry>>> ListAsync(long? projectId, Cursor? cursor, int? limit, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        int size = Math.Clamp(limit ?? 100, 1, 500);
        long before = (cursor ?? Cursor.Start).Id;
        List<AuditEntry> rows = await db.AuditEntries.AsNoTracking()
            .Where(entry => entry.Id < before && (projectId == null || entry.ProjectId == projectId))
            .OrderByDescending(entry => entry.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<AuditEntry>.Of(rows, size, entry => new Cursor(entry.At, entry.Id)));
    }
}
