using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Demo.Story;

namespace VisionMonitor.Demo;

/// <summary>Puts the demo together, on top of what the week needs.</summary>
public static class DemoRegistration
{
    /// <summary>Adds the demo's month and the camera that keeps running.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, Func<IServiceProvider, DemoModels> models)
    {
        services.AddSingleton(models);
        services.AddSingleton<DemoProgress>();
        services.AddSingleton<DemoStory>();
        services.AddHostedService<DemoCamera>();
        return services;
    }
}
