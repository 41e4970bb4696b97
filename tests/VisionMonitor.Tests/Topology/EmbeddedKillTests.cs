using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Endpoints;
using VisionMonitor.Vision;

namespace VisionMonitor.Tests.Topology;

/// <summary>`serve` on its embedded database, shot with `kill -9` and started again on the same folder.</summary>
public sealed class EmbeddedKillTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_KilledInTheMiddle_IsFinishedByTheNextProcessWithTheNumbersOfAnUndisturbedRun()
    {
        using DataFolderDatabase disturbed = new();
        using DataFolderDatabase undisturbed = new();

        (int doneBefore, long run) = await BeginAsync(disturbed, killWhenDone: 3);
        doneBefore.ShouldBeInRange(3, (RunStory.ImageCount / 4) - 1, "it was shot in the middle");
        await FinishAsync(disturbed, run);
        (_, long whole) = await BeginAsync(undisturbed, killWhenDone: int.MaxValue);

        // Each folder made its own inferences; only how long they took may differ.
        whole.ShouldBe(run);
        (await NumbersAsync(disturbed, run)).ShouldBe(await NumbersAsync(undisturbed, run));
        (await PredictionsAsync(disturbed)).ShouldBe(await PredictionsAsync(undisturbed));
    }

    [Fact]
    public async Task Ingest_Killed_HasEveryAcknowledgedImageWholeAndNoOther()
    {
        using DataFolderDatabase folder = new();
        ConcurrentDictionary<string, (long Id, string Sha256)> acknowledged = [];
        long projectId;
        int port = RunStory.FreePort();
        using (DoorProcess web = new(folder.Settings(), "serve", "--urls", $"http://127.0.0.1:{port}"))
        {
            using HttpClient client = await RunStory.OpenAsync(folder, port);
            await using MonitoringDbContext db = folder.CreateDbContext();
            Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Classification, ClassNames = ["box"] };
            db.Add(project);
            await db.SaveChangesAsync(Cancelled);
            projectId = project.Id;
            Task[] senders = [.. Enumerable.Range(0, 8).Select(sender => SendAsync(client, projectId, sender, acknowledged))];
            while (acknowledged.Count < 40)
            {
                await Task.Delay(5, Cancelled);
            }

            web.Kill();
            await Task.WhenAll(senders).WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        }

        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(40);
        using DoorProcess again = new(folder.Settings(), "serve", "--urls", $"http://127.0.0.1:{port}");
        using HttpClient later = await RunStory.OpenAsync(folder, port);
        foreach ((string clientId, (long id, string sha256)) in acknowledged)
        {
            byte[] bytes = await later.GetByteArrayAsync($"/api/v1/projects/{projectId}/images/{id}/content", Cancelled);
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(sha256, clientId);
        }

        // What was stored and never acknowledged is whole, too; and what is not whole is not under any key.
        await using MonitoringDbContext after = folder.CreateDbContext();
        BlobStore blobs = new(Path.Combine(folder.Folder, "blobs"));
        (await after.Images.Select(image => image.Sha256).ToListAsync(Cancelled)).ShouldAllBe(key => blobs.Contains(key));
        foreach (string file in Directory.GetFiles(Path.Combine(folder.Folder, "blobs"), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".partial", StringComparison.Ordinal)))
        {
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Cancelled))).ShouldBe(Path.GetFileName(file));
        }
    }

    /// <summary>Starts a run and kills the process once so many shards are done; a run that ends first is left to end.</summary>
    private static async Task<(int Done, long Run)> BeginAsync(DataFolderDatabase folder, int killWhenDone)
    {
        int port = RunStory.FreePort();
        using DoorProcess web = new(folder.Settings(), "serve", "--urls", $"http://127.0.0.1:{port}");
        using HttpClient client = await RunStory.OpenAsync(folder, port);
        (Project project, _) = await RunStory.FillAsync(folder, folder.Folder, client);
        long run = await RunStory.RunAsync(client, project.Id);
        await RunStory.UntilAsync(
            async db => await db.RunShards.CountAsync(shard => shard.RunId == run && shard.State == ShardState.Done, Cancelled) >= killWhenDone
                || await db.Runs.AnyAsync(row => row.Id == run && row.State == RunState.Completed, Cancelled),
            folder,
            "shards were done");
        web.Kill();
        await using MonitoringDbContext db = folder.CreateDbContext();
        return (await db.RunShards.CountAsync(shard => shard.RunId == run && shard.State == ShardState.Done, Cancelled), run);
    }

    private static async Task FinishAsync(DataFolderDatabase folder, long run)
    {
        int port = RunStory.FreePort();
        using DoorProcess web = new(folder.Settings(), "serve", "--urls", $"http://127.0.0.1:{port}");
        await RunStory.UntilAsync(async db => await db.Runs.AnyAsync(row => row.Id == run && row.State == RunState.Completed, Cancelled), folder, "the run is completed");
    }

    private static async Task<List<(string, long, int, string, double?, double?, double?, long)>> NumbersAsync(DataFolderDatabase folder, long run) =>
        [.. (await RunStory.NumbersAsync(folder, run)).Where(number => !number.Item1.StartsWith("latency.", StringComparison.Ordinal))];

    private static async Task<List<(long, string?)>> PredictionsAsync(DataFolderDatabase folder)
    {
        await using MonitoringDbContext db = folder.CreateDbContext();
        List<Rescore> rows = await db.Rescores.AsNoTracking().ToListAsync(Cancelled);
        rows.Count.ShouldBe(RunStory.ImageCount);
        return [.. rows.Select(row => (row.ImageId, row.Prediction)).Order()];
    }

    /// <summary>Sends one image after the other until nobody answers.</summary>
    private static async Task SendAsync(HttpClient client, long projectId, int sender, ConcurrentDictionary<string, (long Id, string Sha256)> acknowledged)
    {
        for (int number = 0; number < 5000; number++)
        {
            byte[] bytes = TestImages.Jpeg((byte)sender, 64 + number);
            string clientId = $"{sender}-{number}";
            try
            {
                using MultipartFormDataContent form = Answers.Form(bytes, $$"""{"clientId":"{{clientId}}"}""");
                using HttpResponseMessage answer = await client.PostAsync($"/api/v1/projects/{projectId}/images", form, Cancelled);
                if (answer.StatusCode == HttpStatusCode.Created)
                {
                    long id = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancelled)).GetProperty("imageId").GetInt64();
                    acknowledged[clientId] = (id, Convert.ToHexStringLower(SHA256.HashData(bytes)));
                }
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
