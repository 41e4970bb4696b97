using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Hosting;

/// <summary>
/// Opens the database behind the door, which already answers "not ready", and then prints the one address with which the
/// person at this console comes in. It goes to the console and never to the log.
/// </summary>
internal sealed class DoorStart(
    DatabaseStart database,
    KeyCabinet keys,
    DoorOptions options,
    IServer server,
    TimeProvider time,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.RunAsync(migrate: true, stoppingToken);
        TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = lifetime.ApplicationStarted.Register(listening.SetResult);
        await listening.Task.WaitAsync(stoppingToken);

        IssuedKey token = await keys.IssueAsync(
            new KeyOrder("login link of the console", Role.Admin, IsOneTime: true, ExpiresAt: time.GetUtcNow() + options.LoginLinkLifetime),
            stoppingToken);
        string address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? options.Urls;
        Console.WriteLine();
        Console.WriteLine("  VisionMonitor is open. Come in (the link works once):");
        Console.WriteLine($"  {Reachable(address)}/login?token={token.Secret}");
        Console.WriteLine();
    }

    // An address that means "every interface" is none that a browser can open.
    private static string Reachable(string address) =>
        address.TrimEnd('/').Replace("://[::]", "://localhost", StringComparison.Ordinal).Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal);
}
