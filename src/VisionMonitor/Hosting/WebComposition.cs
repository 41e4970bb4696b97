using System.Text.Json;
using System.Text.Json.Serialization;
using Hangfire;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using VisionMonitor.Components;
using VisionMonitor.Endpoints;
using VisionMonitor.Live;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Telemetry;

namespace VisionMonitor.Hosting;

/// <summary>What a process with pages has beyond the rooms below, and in which order a request passes through it.</summary>
internal static class WebComposition
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    public static void AddDoor(this IServiceCollection services, IWebHostBuilder host, DoorOptions options)
    {
        host.UseUrls(options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumImageBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MaxRequestHeaderCount = 64;
        });
        services.Configure<FormOptions>(form => form.MultipartBodyLengthLimit = options.MaximumUploadBytes);
        services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = AllowedHosts(options));
        services.ConfigureHttpJsonOptions(json => ConfigureJson(json.SerializerOptions));
        // What does not bind is said by name, as the problem's detail, not with a bare 400.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails(ProblemCodes.Configure);
        services.AddExceptionHandler<ProblemHandler>();
        services.AddAccess();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddScoped<AuthenticationStateProvider, LoginRevalidation>();
        services.AddApi();
        services.AddObservability();
        services.AddSignalR(signalR => signalR.MaximumReceiveMessageSize = 32 * 1024).AddJsonProtocol(protocol => ConfigureJson(protocol.PayloadSerializerOptions));
        services.AddSingleton<LiveNoticeStream>();
        services.AddHostedService<DoorStart>();
        services.AddHostedService<NoticePump>();
    }

    public static void MapDoor(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
        app.UseDatabaseGate();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseCookieRequestGuard();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapLogin();
        app.MapHealth();
        app.MapApi();
        app.MapObservability();
        app.MapHub<LiveHub>(LiveHub.Path).For(Role.Viewer);
        app.MapHangfireDashboardWithAuthorizationPolicy(nameof(Role.Admin), "/admin/hangfire", new DashboardOptions { Authorization = [], AppPath = "/", DisplayStorageConnectionString = false });
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(render => render.ContentSecurityFrameAncestorsPolicy = null);
    }

    private static void ConfigureJson(JsonSerializerOptions json)
    {
        json.MaxDepth = 64;
        json.AllowDuplicateProperties = false;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.Converters.Add(new FiniteDoubleConverter());
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    // A page of a foreign site that points its own name at 127.0.0.1 must not speak to us.
    private static IList<string> AllowedHosts(DoorOptions options)
    {
        if (options.AllowedHosts is { Length: > 0 } given)
        {
            return given.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }

        bool local = options.Urls.Split(';').All(url => Uri.TryCreate(url.Trim(), UriKind.Absolute, out Uri? address) && address.IsLoopback);
        return local ? Loopback : ["*"];
    }
}
