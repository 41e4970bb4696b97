using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Hosting;

/// <summary>What takes images, labels and models in.</summary>
internal static class IngestComposition
{
    public static IServiceCollection AddIngest(this IServiceCollection services) => services
        .AddSingleton(ImageLimits.Default)
        .AddSingleton<ImageIngest>()
        .AddSingleton<LabelIngest>()
        .AddSingleton<LabelImport>()
        .AddSingleton<ModelRegistry>();
}
