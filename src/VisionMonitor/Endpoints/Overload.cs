using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace VisionMonitor.Endpoints;

/// <summary>More than we can take is told to wait; nothing is dropped without a word.</summary>
internal static class Overload
{
    /// <summary>Sending images: so many at a time, and so many more may wait.</summary>
    public const string Ingest = "ingest";

    /// <summary>Logging in: guessing must be slow.</summary>
    public const string Login = "login";

    private const int MostAtATime = 16;
    private const int MostWaiting = 256;
    private const int MostLoginsAMinute = 30;

    public static void AddOverload(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.AddConcurrencyLimiter(Ingest, ingest =>
        {
            ingest.PermitLimit = MostAtATime;
            ingest.QueueLimit = MostWaiting;
        });
        limiter.AddPolicy(Login, context => RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = MostLoginsAMinute, Window = TimeSpan.FromMinutes(1) }));
        limiter.OnRejected = async (context, _) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "1";
            await Problem.Create(StatusCodes.Status429TooManyRequests, "too_many_requests", "There is more to do than can be done at once. Send it again in a moment.")
                .ExecuteAsync(context.HttpContext);
        };
    });
}
