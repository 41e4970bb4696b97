using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring;

/// <summary>Puts the week together.</summary>
public static class MonitoringRegistration
{
    /// <summary>Adds storage, planning and the ledger. The caller brings Hangfire if it wants the bells rung by it.</summary>
    public static IServiceCollection AddMonitoring(this IServiceCollection services, MonitoringOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(options.Database);
        services.AddSingleton(new BlobStore(options.BlobFolder));
        services.AddDbContextFactory<MonitoringDbContext>(context => options.Database.Configure(context));
        services.AddSingleton<RunPlanner>();
        services.AddSingleton<ScheduleTicker>();
        services.AddSingleton<ShardLedger>();
        return services;
    }
}
