using VisionMonitor.Endpoints;

namespace VisionMonitor.Hosting;

/// <summary>Until the database is ready every request is answered 503 and why; only the health checks pass.</summary>
internal static class DatabaseGate
{
    public static IApplicationBuilder UseDatabaseGate(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        DatabaseReadiness database = context.RequestServices.GetRequiredService<DatabaseReadiness>();
        if (database.IsReady || context.Request.Path == "/healthz" || context.Request.Path == "/readyz")
        {
            await next(context);
            return;
        }

        context.Response.Headers.RetryAfter = "2";
        if (context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            // A person's browser asks again by itself.
            context.Response.Headers["Refresh"] = "2";
        }

        await Problem.Create(StatusCodes.Status503ServiceUnavailable, "database_unavailable", database.Waiting).ExecuteAsync(context);
    });
}
