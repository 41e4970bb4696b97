using System.Globalization;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>
/// The one place that decides which project's things a caller reaches. Every id in an address is looked up in this list:
/// what does not exist, lies in a project that the key does not open, or in another one than the address says, is answered
/// 404 alike. An address without an id is closed to keys of one project, unless it says that it filters by itself.
/// </summary>
internal sealed class ProjectGate(IDbContextFactory<MonitoringDbContext> contexts) : IEndpointFilter
{
    private sealed record Owner(long? ProjectId);

    private static readonly Dictionary<string, (string Noun, Func<MonitoringDbContext, long, IQueryable<Owner>> Find)> Ids = new()
    {
        ["projectId"] = ("project", (db, id) => db.Projects.Where(row => row.Id == id).Select(row => new Owner(row.Id))),
        ["imageId"] = ("image", (db, id) => db.Images.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["imageSetId"] = ("image set", (db, id) => db.ImageSets.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["modelVersionId"] = ("model version", (db, id) => db.ModelVersions.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["scheduleId"] = ("schedule", (db, id) => db.Schedules.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["runId"] = ("run", (db, id) => db.Runs.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["ruleId"] = ("rule", (db, id) => db.AlertRules.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["incidentId"] = ("incident", (db, id) => db.Incidents.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["channelId"] = ("channel", (db, id) => db.AlertChannels.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
        ["keyId"] = ("key", (db, id) => db.ApiKeys.Where(row => row.Id == id).Select(row => new Owner(row.ProjectId))),
    };

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        Caller caller = Caller.From(http.User)!;
        Owner? first = null;
        await using MonitoringDbContext db = await contexts.CreateDbContextAsync(http.RequestAborted);
        foreach ((string name, object? value) in http.Request.RouteValues)
        {
            if (!Ids.TryGetValue(name, out var lookUp))
            {
                continue;
            }

            long id = long.Parse((string)value!, CultureInfo.InvariantCulture);
            if (await lookUp.Find(db, id).SingleOrDefaultAsync(http.RequestAborted) is not { } owner
                || !caller.Sees(owner.ProjectId) || (first is not null && owner != first))
            {
                return Problem.NotFound(lookUp.Noun, id);
            }

            first = owner;
        }

        return first is not null || caller.ProjectId is null || http.GetEndpoint()!.Metadata.GetMetadata<FiltersByProject>() is not null
            ? await next(context)
            : Problem.Create(StatusCodes.Status403Forbidden, "forbidden", "Your key opens one project; this address is about all of them.");
    }
}

/// <summary>Says that an endpoint without an id in its address shows a caller of one project only what belongs to that project.</summary>
internal sealed record FiltersByProject;
