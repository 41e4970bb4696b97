using Hangfire;

namespace VisionMonitor.Hosting;

/// <summary>Hangfire's parts, without its own server: <see cref="JobServer"/> starts that when the database is ready.</summary>
internal static class Bell
{
    public static IServiceCollection AddBell(this IServiceCollection services)
    {
        services.AddHangfire((provider, configuration) => configuration
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseStorage(provider.GetRequiredService<JobStorage>()));
        return services;
    }
}
