using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Tests.Hosting;

/// <summary>The real door on a free port, with a real SQLite file in a folder of its own.</summary>
internal sealed class OpenDoor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private OpenDoor(WebApplication app, string folder)
    {
        _app = app;
        Folder = folder;
    }

    public string Folder { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<OpenDoor> StartAsync(Dictionary<string, string?>? settings = null)
    {
        string folder = Directory.CreateTempSubdirectory("visionmonitor-door-").FullName;
        Dictionary<string, string?> all = new(settings ?? [])
        {
            ["VisionMonitor:Data"] = folder,
            ["VisionMonitor:Urls"] = "http://127.0.0.1:0",
            ["Logging:LogLevel:Default"] = "Warning",
        };
        OpenDoor door = new(Door.Build(all), folder);
        await door._app.StartAsync(TestContext.Current.CancellationToken);

        // Hangfire keeps one log for the whole process: the one of a door that was closed would fail all others.
        Hangfire.Logging.LogProvider.SetCurrentLogProvider(null);
        await door.Services.GetRequiredService<DatabaseReadiness>().Ready.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return door;
    }

    public MonitoringDbContext CreateDbContext() => Services.GetRequiredService<IDbContextFactory<MonitoringDbContext>>().CreateDbContext();

    /// <summary>A client that follows no redirects and carries no key.</summary>
    public HttpClient Anonymous() => Client(key: null);

    /// <summary>A client with a new key.</summary>
    public async Task<HttpClient> AsAsync(Role role, long? projectId = null) => Client((await IssueAsync(new KeyOrder($"test {role}", role, projectId))).Secret);

    public Task<IssuedKey> IssueAsync(KeyOrder order) => Services.GetRequiredService<KeyCabinet>().IssueAsync(order, TestContext.Current.CancellationToken);

    public HttpClient Client(string? key)
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        _clients.Add(client);
        return client;
    }

    /// <summary>A project to work with.</summary>
    public async Task<Project> AddProjectAsync(string slug = "parcels")
    {
        await using MonitoringDbContext db = CreateDbContext();
        Project project = new() { Slug = slug, Name = slug, Task = Vision.VisionTask.Classification, ClassNames = ["box", "bag"], CreatedAt = TimeProvider.System.GetUtcNow() };
        db.Projects.Add(project);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return project;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
