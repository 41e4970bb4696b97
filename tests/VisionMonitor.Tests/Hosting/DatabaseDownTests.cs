using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Endpoints;

namespace VisionMonitor.Tests.Hosting;

public sealed class DatabaseDownTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Door_WithPostgreSqlDownAtTheStart_WaitsSaysSoAndOpensWhenItIsThere()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("postgres");
        NpgsqlConnectionStringBuilder real = new(database.Database.PostgresConnection);
        using Forwarder forwarder = new(real.Host!, real.Port);
        NpgsqlConnectionStringBuilder seen = new(real.ConnectionString) { Host = "127.0.0.1", Port = forwarder.Port, Timeout = 3, CommandTimeout = 5 };
        await using WebApplication door = Door.Build(new Dictionary<string, string?>
        {
            ["VisionMonitor:Data"] = database.Folder,
            ["VisionMonitor:Urls"] = "http://127.0.0.1:0",
            ["VisionMonitor:Connection"] = seen.ConnectionString,
            ["Logging:LogLevel:Default"] = "Critical",
        });
        await door.StartAsync(Cancelled);
        using HttpClient client = new() { BaseAddress = new Uri(door.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };

        // Down: alive, not ready, and every request is told to wait.
        (await client.GetAsync("/healthz", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await client.GetAsync("/readyz", Cancelled).ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "database_unavailable");
        using HttpResponseMessage early = await client.GetAsync("/api/v1/projects", Cancelled);
        early.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        early.Headers.RetryAfter.ShouldNotBeNull();

        // There: it opens by itself.
        forwarder.Open();
        await door.Services.GetRequiredService<DatabaseReadiness>().Ready.WaitAsync(Patience, Cancelled);
        await UntilAsync(client, "/readyz", HttpStatusCode.OK);
        IssuedKey key = await door.Services.GetRequiredService<KeyCabinet>().IssueAsync(new KeyOrder("test", Role.Admin), Cancelled);
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Secret);
        (await client.GetAsync("/api/v1/projects", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Gone again: not ready, requests are told to wait, the process stays.
        forwarder.Close();
        await UntilAsync(client, "/readyz", HttpStatusCode.ServiceUnavailable);
        await client.GetAsync("/api/v1/projects", Cancelled).ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "database_unavailable");

        // And back, without a restart.
        forwarder.Open();
        await UntilAsync(client, "/readyz", HttpStatusCode.OK);
        await UntilAsync(client, "/api/v1/projects", HttpStatusCode.OK);
        await door.StopAsync(CancellationToken.None);
    }

    private static async Task UntilAsync(HttpClient client, string path, HttpStatusCode expected)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Patience);
        while ((await client.GetAsync(path, patience.Token)).StatusCode != expected)
        {
            await Task.Delay(100, patience.Token);
        }
    }
}
