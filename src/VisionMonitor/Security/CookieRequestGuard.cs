using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using VisionMonitor.Endpoints;

namespace VisionMonitor.Security;

/// <summary>
/// A browser sends its cookie with requests that another site made it send. So whoever changes something by cookie also
/// proves that the request came from our own page: with the antiforgery token, and on sockets by their Origin.
/// </summary>
internal static class CookieRequestGuard
{
    public static IApplicationBuilder UseCookieRequestGuard(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity?.AuthenticationType != CookieAuthenticationDefaults.AuthenticationScheme)
        {
            await next(context);
            return;
        }

        HttpRequest request = context.Request;
        bool socket = request.Path.StartsWithSegments("/_blazor") || request.Path.StartsWithSegments("/hubs");
        bool changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        bool trusted = socket
            ? IsOwnOrigin(request)
            : !changes || await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
        if (trusted)
        {
            await next(context);
            return;
        }

        await Problem.Create(StatusCodes.Status400BadRequest, "antiforgery_failed", "The request was not sent by one of our own pages. Reload the page, or use an API key.")
            .ExecuteAsync(context);
    });

    private static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin is not [{ Length: > 0 } origin]
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
