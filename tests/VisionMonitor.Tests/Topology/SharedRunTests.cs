using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Topology;

/// <summary>The topology of docker-compose.yml as plain processes: one `serve --no-worker`, two `worker`, one PostgreSQL, one data folder.</summary>
public sealed class SharedRunTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WhoseWorkerIsKilledWhileItHoldsAShard_IsFinishedByTheOther()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("postgres");
        Dictionary<string, string> settings = new()
        {
            ["VISIONMONITOR__DATA"] = Path.Combine(database.Folder, "data"),
            ["VISIONMONITOR__CONNECTION"] = database.Database.PostgresConnection!,
            ["VISIONMONITOR__JOBSLOTS"] = "1",
            ["VISIONMONITOR__MONITORING__IMAGESPERSHARD"] = "4",
            ["VISIONMONITOR__MONITORING__LEASE"] = "00:00:04",
            ["VISIONMONITOR__MONITORING__HEARTBEAT"] = "00:00:01",
        };
        int port = RunStory.FreePort();
        using DoorProcess web = new(settings, "serve", "--no-worker", "--urls", $"http://127.0.0.1:{port}");
        using HttpClient client = await RunStory.OpenAsync(database, port);
        (Project project, ModelVersion version) = await RunStory.FillAsync(database, settings["VISIONMONITOR__DATA"], client);

        using DoorProcess first = new(settings, "worker");
        using DoorProcess second = new(settings, "worker");
        long run = await RunStory.RunAsync(client, project.Id);
        HashSet<string> owners = [];
        await RunStory.UntilAsync(async db =>
        {
            owners.UnionWith(await OwnersAsync(db, run));
            return owners.Count == 2;
        }, database, "both workers held a shard of the run");

        // Shot while it holds a lease, as the ledger itself says.
        await RunStory.UntilAsync(async db => (await OwnersAsync(db, run)).Any(owner => owner.EndsWith($"/{first.Id}", StringComparison.Ordinal)), database, "the first worker holds a shard");
        first.Kill();
        await RunStory.UntilAsync(async db => await db.Runs.AnyAsync(row => row.Id == run && row.State == RunState.Completed, Cancelled), database, "the run is completed");

        await using (MonitoringDbContext db = database.CreateDbContext())
        {
            (await db.Rescores.CountAsync(rescore => rescore.ModelVersionId == version.Id && rescore.Failure == null, Cancelled)).ShouldBe(RunStory.ImageCount);
            (await db.RunShards.AllAsync(shard => shard.RunId != run || shard.State == ShardState.Done, Cancelled)).ShouldBeTrue();
            (await db.Runs.SingleAsync(row => row.Id == run, Cancelled)).FailedImageCount.ShouldBe(0);
        }

        // The same window once more, undisturbed: the same numbers, bit for bit.
        long again = await RunStory.RunAsync(client, project.Id);
        await RunStory.UntilAsync(async db => await db.Runs.AnyAsync(row => row.Id == again && row.State == RunState.Completed, Cancelled), database, "the second run is completed");
        (await RunStory.NumbersAsync(database, again)).ShouldBe(await RunStory.NumbersAsync(database, run));
        web.HasExited.ShouldBeFalse();
        second.HasExited.ShouldBeFalse();
    }

    private static Task<List<string>> OwnersAsync(MonitoringDbContext db, long run) =>
        db.RunShards.Where(shard => shard.RunId == run && shard.State == ShardState.Leased && shard.LeaseOwner != null).Select(shard => shard.LeaseOwner!).ToListAsync(Cancelled);
}
