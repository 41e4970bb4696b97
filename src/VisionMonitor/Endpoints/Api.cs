using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Every resource of the API, and its description.</summary>
internal static class Api
{
    public static void AddApi(this IServiceCollection services)
    {
        services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "VisionMonitor";
            document.Info.Description = "Send `Authorization: Bearer vmk_…` with every request. Errors are RFC 9457 problems with a stable `code`. Times are RFC 3339; answers are in UTC.";
            return Task.CompletedTask;
        }));
        services.AddValidation();
        services.AddOverload();
        services.AddSingleton<ImageFiles>();
    }

    public static void MapApi(this IEndpointRouteBuilder app)
    {
        DoorOptions options = app.ServiceProvider.GetRequiredService<DoorOptions>();
        RouteGroupBuilder api = app.MapGroup("/api/v1").For(Role.Viewer).AddEndpointFilter<ProjectGate>();
        api.MapProjects();
        api.MapImages(options.MaximumImageBytes);
        api.MapLabels();
        api.MapModels(options.MaximumUploadBytes);
        api.MapSchedules();
        api.MapRuns();
        api.MapSeries();
        api.MapRules();
        api.MapIncidents();
        api.MapChannels();
        api.MapKeys();
        api.MapAudit();
        api.MapLive();
        api.MapPanels();
        api.MapDrift();
        api.MapLabelQueue();
        api.MapLabelTools();
        app.MapCvatWebhook();

        app.MapOpenApi("/openapi/{documentName}.json").For(Role.Viewer);
        app.MapApiReference();
    }
}
