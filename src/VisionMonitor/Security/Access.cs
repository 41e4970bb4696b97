using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Security;

/// <summary>Who comes in and what they may do. Everything is closed unless it says otherwise.</summary>
internal static class Access
{
    private const string EitherScheme = "VisionMonitor";

    /// <summary>Where a script, not a person with a browser, is asking: it is told 401 instead of being sent to a login page.</summary>
    private static readonly PathString[] ForScripts = ["/api", "/hubs", "/metrics", "/openapi", "/admin", "/_blazor"];

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<KeyCabinet>();
        services.AddCascadingAuthenticationState();
        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, scheme => scheme.ForwardDefaultSelector = context =>
                ApiKeyScheme.IsCarriedBy(context.Request) ? ApiKeyScheme.Name : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyScheme>(ApiKeyScheme.Name, null)
            .AddCookie(ConfigureCookie);

        AuthorizationBuilder authorization = services.AddAuthorizationBuilder();
        foreach (Role role in Enum.GetValues<Role>())
        {
            authorization.AddPolicy(role.ToString(), policy => policy.RequireAssertion(context => Caller.From(context.User)?.Role >= role));
        }

        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(context => Caller.From(context.User) is { ProjectId: null }).Build());
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.HeaderName = "X-CSRF-TOKEN";
            antiforgery.Cookie.Name = "visionmonitor.antiforgery";
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }

    /// <summary>Opens an endpoint to callers of at least this role.</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, Role role)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(role.ToString());

    private static void ConfigureCookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "visionmonitor";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;

        // Over plain http on the loopback address a Secure cookie would not come back.
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = TimeSpan.FromDays(30);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/login";
        cookie.ReturnUrlParameter = "returnUrl";
        cookie.Events.OnRedirectToLogin = context => AnswerAsync(context, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = context => AnswerAsync(context, StatusCodes.Status403Forbidden);
        cookie.Events.OnValidatePrincipal = async context =>
        {
            KeyCabinet keys = context.HttpContext.RequestServices.GetRequiredService<KeyCabinet>();
            if (Caller.From(context.Principal!) is not { } caller || !await keys.StandsAsync(caller.KeyId, context.HttpContext.RequestAborted))
            {
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            }
        };
    }

    private static Task AnswerAsync(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        bool person = HttpMethods.IsGet(context.Request.Method) && !Array.Exists(ForScripts, context.Request.Path.StartsWithSegments);
        if (person && status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.Response.StatusCode = status;
        }

        return Task.CompletedTask;
    }
}
