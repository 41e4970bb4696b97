using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Hosting;

/// <summary>
/// Where Hangfire keeps which bell to ring next. Nothing here is needed for correctness: our own tables hold the truth,
/// so memory is enough for a single process.
/// </summary>
internal static class BellStorage
{
    public const string Schema = "hangfire";

    /// <summary>Hangfire's parts, without its own server: <see cref="JobServer"/> starts that when the database is ready.</summary>
    public static IServiceCollection AddBell(this IServiceCollection services, Database database)
    {
        services.AddSingleton(_ => Create(database));

        // Hangfire's own activator is one for the whole process: the jobs of one door would run in the rooms of another, which may be closed.
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((provider, configuration) => configuration
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseStorage(provider.GetRequiredService<JobStorage>()));
        services.AddSingleton<Bell>();
        return services;
    }

    private static JobStorage Create(Database database) => database.PostgresConnection is { } connection
        ? new PostgreSqlStorage(
            new NpgsqlConnectionFactory(connection, PostgresOptions()),
            PostgresOptions())
        : new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = TimeSpan.FromHours(1) });

    private static PostgreSqlStorageOptions PostgresOptions() => new()
    {
        SchemaName = Schema,

        // The tables are made once the database answers; opening the storage must not need it.
        PrepareSchemaIfNecessary = false,

        // Without the sliding timeout a job that is longer than the timeout is started again and again.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(2),
        DistributedLockTimeout = TimeSpan.FromSeconds(30),
        QueuePollInterval = TimeSpan.FromSeconds(1),
        EnableLongPolling = true,
    };
}
