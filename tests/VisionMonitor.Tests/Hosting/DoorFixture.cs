using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Tests.Hosting;

/// <summary>One door for the tests of a class that do not disturb one another.</summary>
public sealed class DoorFixture : IAsyncLifetime
{
    internal OpenDoor Door { get; private set; } = null!;

    internal HttpClient Admin { get; private set; } = null!;

    internal Project Project { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Door = await OpenDoor.StartAsync();
        Admin = await Door.AsAsync(Role.Admin);
        Project = await Door.AddProjectAsync();
    }

    public ValueTask DisposeAsync() => Door.DisposeAsync();
}
