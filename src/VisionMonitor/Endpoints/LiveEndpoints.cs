using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Live;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>What a viewer missed while it was not connected to the hub.</summary>
internal static class LiveEndpoints
{
    public static void MapLive(this RouteGroupBuilder api) =>
        api.MapGet("/live/notices", ListAsync).WithMetadata(new FiltersByProject()).WithTags("Live")
            .WithSummary("Notices after an id, oldest first, at most 1000; they are kept for a day");

    private static async Task<Ok<List<Notice>>> ListAsync(long? after, Caller caller, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        IQueryable<LiveNotice> rows = db.LiveNotices.AsNoTracking().Where(row => row.Id > (after ?? 0));
        if (caller.ProjectId is { } project)
        {
            rows = rows.Where(row => row.ProjectId == project);
        }

        return TypedResults.Ok(await rows.OrderBy(row => row.Id).Take(1000)
            .Select(row => new Notice(row.Id, row.Kind, row.ProjectId, row.SubjectId, row.CreatedAt)).ToListAsync(cancellationToken));
    }
}
