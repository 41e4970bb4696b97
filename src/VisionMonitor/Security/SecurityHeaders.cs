using System.Globalization;
using Scalar.AspNetCore;

namespace VisionMonitor.Security;

/// <summary>Headers that every answer carries, so that a slip elsewhere costs less.</summary>
internal static class SecurityHeaders
{
    // Scripts come from our own files only. Styles may stand in attributes: charts place their marks with them.
    private const string Policy =
        "default-src 'self'; script-src 'self'{0}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static readonly string Pages = string.Format(CultureInfo.InvariantCulture, Policy, "");

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Pages;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        context.Response.OnStarting(() =>
        {
            // The page of the API starts itself with a script in the page, under a number used once.
            if (context.Items.TryGetValue(ScalarOptions.NonceHttpContextItemKey, out object? nonce))
            {
                headers.ContentSecurityPolicy = string.Format(CultureInfo.InvariantCulture, Policy, $" 'nonce-{nonce}'");
            }

            return Task.CompletedTask;
        });
        return next(context);
    });
}
