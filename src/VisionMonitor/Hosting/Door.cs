using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using VisionMonitor.Demo;
using VisionMonitor.Demo.Story;
using VisionMonitor.Monitoring;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Hosting;

/// <summary>Puts the house together: here, and nowhere else, everything meets.</summary>
internal static class Door
{
    private const string ApplicationName = "visionmonitor";

    /// <summary>Pages, API and hub; and schedules and jobs too, unless the settings leave those to workers.</summary>
    /// <param name="settings">Settings that win over the environment and appsettings.json.</param>
    public static WebApplication Build(IReadOnlyDictionary<string, string?> settings)
    {
        // Files are found beside the executable, so that it runs from any working directory.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = ApplicationName,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.Configuration.AddInMemoryCollection(settings);
        DoorOptions options = AddRooms(builder);
        if (!options.Worker && string.IsNullOrEmpty(options.Connection))
        {
            throw new StartException("without a worker in this process the work needs `worker` processes, and those need a shared PostgreSQL database: give --connection");
        }

        builder.Services.AddDoor(builder.WebHost, options);
        if (options.Worker)
        {
            builder.Services.AddHostedService<JobServer>();
        }

        if (options.Demo)
        {
            builder.Services.AddDemo(provider => new DemoModels(Path.Combine(AppContext.BaseDirectory, "models"), provider.GetRequiredService<DatabaseReadiness>().Ready));
        }

        LoadKeysWhenNeeded(builder.Services);
        WebApplication app = builder.Build();
        app.MapDoor();
        return app;
    }

    /// <summary>Schedules and jobs without pages.</summary>
    /// <param name="settings">Settings that win over the environment and appsettings.json.</param>
    public static IHost BuildWorker(IReadOnlyDictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = ApplicationName,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(settings);
        AddRooms(builder);
        builder.Services.AddHostedService<WorkerStart>();
        builder.Services.AddHostedService<JobServer>();
        return builder.Build();
    }

    /// <summary>What every process has: settings, clock, data folder, database, image store and the rooms below.</summary>
    private static DoorOptions AddRooms(IHostApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<DoorOptions>().Bind(builder.Configuration.GetSection(DoorOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        DoorOptions options = builder.Configuration.GetSection(DoorOptions.Section).Get<DoorOptions>() ?? new DoorOptions();
        DataFolder folder = new(options.Data);
        Database database = new(string.IsNullOrWhiteSpace(options.Connection) ? null : options.Connection, folder.SqliteFile);
        if (database.IsEmbedded)
        {
            // Registered by factory, so that the container lets go of it with the host.
            IDisposable hold = folder.Hold();
            services.AddSingleton(_ => new FolderHold(hold));
            services.AddHostedService(provider => provider.GetRequiredService<FolderHold>());
        }

        services.AddSingleton(provider => provider.GetRequiredService<IOptions<DoorOptions>>().Value);
        services.AddSingleton(folder);
        MonitoringOptions monitoring = new() { Database = database, BlobFolder = folder.Blobs, WatchedFolder = folder.Watched, Alerting = new AlertingOptions { PublicAddress = OwnAddress(options) } };
        builder.Configuration.GetSection($"{DoorOptions.Section}:Monitoring").Bind(monitoring);
        services.AddMonitoring(monitoring);
        services.AddSingleton(_ => ThisProgram.Admission(new ModelQuarantine(Path.Combine(options.Data, "quarantine"))));
        services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToDbContext<MonitoringDbContext>();
        services.AddSingleton(_ => new KeyRingCipher(folder.Secret()));
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingCipher>((keys, cipher) => keys.XmlEncryptor = cipher);
        services.AddSingleton<DatabaseReadiness>();
        services.AddSingleton<DatabaseStart>();
        services.AddBell(database);
        return options;
    }

    // For links in messages, until an operator names the address that people use.
    private static Uri? OwnAddress(DoorOptions options) =>
        Uri.TryCreate(options.Urls.Split(';')[0].Trim(), UriKind.Absolute, out Uri? address) && !(IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))) ? address : null;

    // The framework would read the keys while the process starts, when the database may not answer yet.
    private static void LoadKeysWhenNeeded(IServiceCollection services)
    {
        foreach (ServiceDescriptor early in services.Where(one => one.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(early);
        }
    }

    /// <summary>Keeps the data folder to this process until the host is disposed.</summary>
    private sealed class FolderHold(IDisposable handle) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => handle.Dispose();
    }
}
