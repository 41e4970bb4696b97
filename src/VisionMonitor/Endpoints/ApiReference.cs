using Scalar.AspNetCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>The browsable page of the API at <c>/docs</c>, from files of our own: no CDN.</summary>
internal static class ApiReference
{
    public static void MapApiReference(this IEndpointRouteBuilder app) =>
        app.MapScalarApiReference("/docs", reference =>
        {
            reference.WithTitle("VisionMonitor API").WithOpenApiRoutePattern("/openapi/{documentName}.json").DisableDefaultFonts().WithNonce();
        }).For(Role.Viewer);
}
