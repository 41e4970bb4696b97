using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Endpoints;

/// <summary>Whether the process lives, and whether it can do its work. The only addresses that tell anybody anything without a key.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("alive")).AllowAnonymous().WithTags("Health").WithSummary("Whether the process lives");
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous().WithTags("Health").WithSummary("Whether it can do its work: 503 until the database answers");
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ReadyAsync(
        DatabaseReadiness database, IDbContextFactory<MonitoringDbContext> contexts, CancellationToken cancellationToken)
    {
        if (!database.IsReady)
        {
            return Problem.Create(StatusCodes.Status503ServiceUnavailable, "database_unavailable", database.Waiting);
        }

        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.CanConnectAsync(cancellationToken)
            ? TypedResults.Text("ready")
            : Problem.Create(StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database does not answer.");
    }
}
