using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>The login page: a one-time token or a key becomes a cookie.</summary>
internal static class LoginEndpoints
{
    public static void MapLogin(this IEndpointRouteBuilder app)
    {
        app.MapGet("/login", ShowAsync).AllowAnonymous().RequireRateLimiting(Overload.Login).ExcludeFromDescription();
        app.MapPost("/login", SubmitAsync).AllowAnonymous().RequireRateLimiting(Overload.Login).ExcludeFromDescription();
        app.MapPost("/logout", LeaveAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(string? token, string? returnUrl, HttpContext context, KeyCabinet keys, IAntiforgery antiforgery) =>
        token is { Length: > 0 } ? await EnterAsync(token, returnUrl, context, keys, antiforgery) : Page(context, antiforgery, returnUrl, problem: null);

    private static Task<IResult> SubmitAsync([FromForm] string token, [FromForm] string? returnUrl, HttpContext context, KeyCabinet keys, IAntiforgery antiforgery) =>
        EnterAsync(token.Trim(), returnUrl, context, keys, antiforgery);

    private static async Task<IResult> LeaveAsync(HttpContext context, IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(context);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.LocalRedirect("/login");
    }

    private static async Task<IResult> EnterAsync(string token, string? returnUrl, HttpContext context, KeyCabinet keys, IAntiforgery antiforgery)
    {
        switch (await keys.RedeemAsync(token, context.RequestAborted))
        {
            case null:
                return Page(context, antiforgery, returnUrl, "That token opens nothing: it was used already, has expired or was revoked. Restart the program for a new link, or use an API key.");
            case { ProjectId: not null }:
                return Page(context, antiforgery, returnUrl, "That key opens the API of one project only. The pages need a key for all projects.");
            case var caller:
                const string scheme = CookieAuthenticationDefaults.AuthenticationScheme;
                await context.SignInAsync(scheme, caller.ToPrincipal(scheme), new AuthenticationProperties { IsPersistent = true });
                return TypedResults.LocalRedirect(IsOwnPath(returnUrl) ? returnUrl! : "/");
        }
    }

    /// <summary>A path of this site: not "//other.site", nor "/\other.site", which browsers read as the same.</summary>
    internal static bool IsOwnPath(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);

    private static IResult Page(HttpContext context, IAntiforgery antiforgery, string? returnUrl, string? problem)
    {
        AntiforgeryTokenSet proof = antiforgery.GetAndStoreTokens(context);
        HtmlEncoder html = HtmlEncoder.Default;
        string page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sign in · VisionMonitor</title>
            <link rel="stylesheet" href="/css/app.css">
            <script src="/js/theme.js"></script>
            </head>
            <body class="login">
            <main class="login-card">
            <h1>VisionMonitor</h1>
            {(problem is null ? "" : $"<p class=\"problem\" role=\"alert\">{html.Encode(problem)}</p>")}
            <form method="post" action="/login">
            <label for="token">Login token or API key</label>
            <input id="token" name="token" type="password" autocomplete="off" required autofocus>
            <input type="hidden" name="returnUrl" value="{html.Encode(IsOwnPath(returnUrl) ? returnUrl! : "/")}">
            <input type="hidden" name="{html.Encode(proof.FormFieldName)}" value="{html.Encode(proof.RequestToken!)}">
            <button type="submit">Sign in</button>
            </form>
            <p>The program prints a link with a token when it starts.</p>
            </main>
            </body>
            </html>
            """;
        return TypedResults.Text(page, "text/html; charset=utf-8", statusCode: problem is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized);
    }
}
