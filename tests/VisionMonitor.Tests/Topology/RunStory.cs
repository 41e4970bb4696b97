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

/// <summary>A project whose run takes some seconds, so that a process can be shot in the middle of it.</summary>
internal static class RunStory
{
    public const int ImageCount = 96;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<HttpClient> OpenAsync(IDbContextFactory<MonitoringDbContext> database, int port)
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

    public static async Task<(Project Project, ModelVersion Version)> FillAsync(IDbContextFactory<MonitoringDbContext> database, string data, HttpClient client)
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
        string sha256 = await new BlobStore(Path.Combine(data, "blobs")).WriteAsync(TestImages.Jpeg(90, 3000), Cancelled);
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

    public static async Task<long> RunAsync(HttpClient client, long projectId)
    {
        string body = JsonSerializer.Serialize(new { windowStart = Start, windowEnd = Start.AddDays(1), sampleSize = ImageCount });
        JsonElement planned = await client.PostAsync($"/api/v1/projects/{projectId}/runs", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled).ShouldBeAsync(HttpStatusCode.Accepted);
        return planned.GetProperty("runId").GetInt64();
    }

    public static async Task<List<(string, long, int, string, double?, double?, double?, long)>> NumbersAsync(IDbContextFactory<MonitoringDbContext> database, long run)
    {
        await using MonitoringDbContext db = database.CreateDbContext();
        List<RunMetric> rows = await db.RunMetrics.Where(metric => metric.RunId == run).ToListAsync(Cancelled);
        rows.Count.ShouldBeGreaterThan(5);
        return [.. rows.Select(metric => (metric.Metric, metric.ModelVersionId, metric.ClassIndex, metric.Camera, metric.Value, metric.Low, metric.High, metric.Count)).Order()];
    }

    public static async Task UntilAsync(Func<MonitoringDbContext, Task<bool>> holds, IDbContextFactory<MonitoringDbContext> database, string what)
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

    public static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
