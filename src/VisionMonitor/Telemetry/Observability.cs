using OpenTelemetry.Metrics;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Telemetry;

/// <summary>Prometheus at <c>/metrics</c>: quality and drift, and how the process itself does. It needs a key like everything else.</summary>
internal static class Observability
{
    public static void AddObservability(this IServiceCollection services)
    {
        services.AddSingleton<QualityGauges>();
        services.AddSingleton<SnapshotRefresh>();
        services.AddHostedService(provider => provider.GetRequiredService<SnapshotRefresh>());
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(QualityGauges.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
    }

    public static void MapObservability(this IEndpointRouteBuilder app) => app.MapPrometheusScrapingEndpoint("/metrics").For(Role.Viewer);
}
