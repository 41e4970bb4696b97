using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Endpoints;
using VisionMonitor.Vision;

namespace VisionMonitor.Tests.Topology;

/// <summary>The topology of docker-compose.yml as plain processes: one `serve --no-worker`, two `worker`, one PostgreSQL, one data folder.</summary>
public sealed class SharedRunTests
{
    private const int ImageCount = 96;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

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
        int port = FreePort();
        using DoorProcess web = new(settings, "serve", "--no-worker", "--urls", $"http://127.0.0.1:{port}");
        using HttpClient client = await OpenAsync(database, port);
        (Project project, ModelVersion version) = await FillAsync(database, client);

        using DoorProcess first = new(settings, "worker");
        using DoorProcess second = new(settings, "worker");
        long run = await RunAsync(client, project.Id);
        HashSet<string> owners = [];
        await UntilAsync(async db =>
        {
            owners.UnionWith(await OwnersAsync(db, run));
            return owners.Count == 2;
        }, database, "both workers held a shard of the run");

        // Shot while it holds a lease, as the ledger itself says.
        await UntilAsync(async db => (await OwnersAsync(db, run)).Any(owner => owner.EndsWith($"/{first.Id}", StringComparison.Ordinal)), database, "the first worker holds a shard");
        first.Kill();
        await UntilAsync(async db => await db.Runs.AnyAsync(row => row.Id == run && row.State == RunState.Completed, Cancelled), database, "the run is completed");

        await using (MonitoringDbContext db = database.CreateDbContext())
        {
            (await db.Rescores.CountAsync(rescore => rescore.ModelVersionId == version.Id && rescore.Failure == null, Cancelled)).ShouldBe(ImageCount);
            (await db.RunShards.AllAsync(shard => shard.RunId != run || shard.State == ShardState.Done, Cancelled)).ShouldBeTrue();
            (await db.Runs.SingleAsync(row => row.Id == run, Cancelled)).FailedImageCount.ShouldBe(0);
        }

        // The same window once more, undisturbed: the same numbers, bit for bit.
        long again = await RunAsync(client, project.Id);
        await UntilAsync(async db => await db.Runs.AnyAsync(row => row.Id == again && row.State == RunState.Completed, Cancelled), database, "the second run is completed");
        (await NumbersAsync(database, again)).ShouldBe(await NumbersAsync(database, run));
        web.HasExited.ShouldBeFalse();
        second.HasExited.ShouldBeFalse();
    }

    private static async Task<HttpClient> OpenAsync(TestDatabase database, int port)
    {
        HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(240));
        while (true)
        {
            try
            {
                if ((await client.GetAsync("/readyz", patience.Token)).IsSuccessStatusCode)
                {
                    break;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(200, patience.Token);
        }

        IssuedKey key = await new KeyCabinet(database, TimeProvider.System).IssueAsync(new KeyOrder("test", Role.Admin), Cancelled);
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Secret);
        return client;
    }

    private static async Task<(Project Project, ModelVersion Version)> FillAsync(TestDatabase database, HttpClient client)
    {
        string contract = await File.ReadAllTextAsync(SharedFolder.InRepository("models", "parcel-classifier-v1.json"), Cancelled);
        List<string> classes = [.. JsonElement.Parse(contract).GetProperty("classes").EnumerateArray().Select(name => name.GetString()!)];
        await using MonitoringDbContext db = database.CreateDbContext();
        Project project = new() { Slug = "shared", Name = "Shared", Task = VisionTask.Classification, ClassNames = classes, CreatedAt = Start };
        db.Projects.Add(project);
        await db.SaveChangesAsync(Cancelled);

        byte[] onnx = await File.ReadAllBytesAsync(SharedFolder.InRepository("models", "parcel-classifier-v1.onnx"), Cancelled);
        await client.PostAsync($"/api/v1/projects/{project.Id}/models", Answers.Form(onnx, null, ("name", "parcels"), ("contract", contract)), Cancelled).ShouldBeAsync(HttpStatusCode.Created);

        // One large picture under many names: decoding it takes long enough to be shot in the middle.
        string sha256 = await new BlobStore(Path.Combine(database.Folder, "data", "blobs")).WriteAsync(TestImages.Jpeg(90, 3000), Cancelled);
        List<Image> images = [.. Enumerable.Range(0, ImageCount).Select(index => new Image
        {
            ProjectId = project.Id, ClientId = $"image {index}", Sha256 = sha256, CapturedAt = Start.AddMinutes(index), ReceivedAt = Start,
            WidthPixels = 3000, HeightPixels = 3000, LabelRevision = 1,
        })];
        db.Images.AddRange(images);
        await db.SaveChangesAsync(Cancelled);
        db.Labels.AddRange(images.Select((image, index) => new Label { ImageId = image.Id, Revision = 1, Truth = $$"""{"task":"classification","class":{{index % classes.Count}}}""", CreatedAt = Start }));
        await db.SaveChangesAsync(Cancelled);
        return (project, await db.ModelVersions.SingleAsync(version => version.ProjectId == project.Id, Cancelled));
    }

    private static async Task<long> RunAsync(HttpClient client, long projectId)
    {
        string body = JsonSerializer.Serialize(new { windowStart = Start, windowEnd = Start.AddDays(1), sampleSize = ImageCount });
        JsonElement planned = await client.PostAsync($"/api/v1/projects/{projectId}/runs", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled).ShouldBeAsync(HttpStatusCode.Accepted);
        return planned.GetProperty("runId").GetInt64();
    }

    private static Task<List<string>> OwnersAsync(MonitoringDbContext db, long run) =>
        db.RunShards.Where(shard => shard.RunId == run && shard.State == ShardState.Leased && shard.LeaseOwner != null).Select(shard => shard.LeaseOwner!).ToListAsync(Cancelled);

    private static async Task<List<(string, long, int, string, double?, double?, double?, long)>> NumbersAsync(TestDatabase database, long run)
    {
        await using MonitoringDbContext db = database.CreateDbContext();
        List<RunMetric> rows = await db.RunMetrics.Where(metric => metric.RunId == run).ToListAsync(Cancelled);
        rows.Count.ShouldBeGreaterThan(5);
        return [.. rows.Select(metric => (metric.Metric, metric.ModelVersionId, metric.ClassIndex, metric.Camera, metric.Value, metric.Low, metric.High, metric.Count)).Order()];
    }

    private static async Task UntilAsync(Func<MonitoringDbContext, Task<bool>> holds, TestDatabase database, string what)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(300));
        while (!patience.IsCancellationRequested)
        {
            await using MonitoringDbContext db = database.CreateDbContext();
            if (await holds(db))
            {
                return;
            }

            await Task.Delay(20, Cancelled);
        }

        throw new ShouldAssertException($"Within 300 s it did not happen that {what}.");
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
