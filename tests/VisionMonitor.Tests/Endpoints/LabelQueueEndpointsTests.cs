using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Tests.Endpoints;

public sealed class LabelQueueEndpointsTests(DoorFixture fixture) : IClassFixture<DoorFixture>
{
    private const int ImageCount = 12;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queue_AskedExportedAndLabelled_EmptiesByTheLabelsThatCome()
    {
        string queue = await FillAsync("queue-whole");

        JsonElement proposed = await fixture.Admin.GetAsync($"{queue}/proposal?count=6", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        proposed.GetProperty("candidateCount").GetInt32().ShouldBe(ImageCount);
        (await OpenAsync(queue)).ShouldBe(0);

        JsonElement asked = await fixture.Admin.PostAsJsonAsync(queue, new { count = 6, randomShare = 0.5 }, Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        asked.GetProperty("images").EnumerateArray().ShouldAllBe(one => one.GetProperty("inclusionProbability").GetDouble() > 0 && one.GetProperty("inclusionProbability").GetDouble() <= 1);
        (await OpenAsync(queue)).ShouldBe(6);

        // What the label tool would send back: the same names with a class each.
        using ZipArchive zip = new(await fixture.Admin.GetStreamAsync($"{queue}/export?format=csv", Cancelled));
        string[] pictures = [.. zip.Entries.Where(entry => entry.FullName.EndsWith(".jpg", StringComparison.Ordinal)).Select(entry => entry.Name)];
        pictures.Length.ShouldBe(6);
        string table = "image,class\n" + string.Concat(pictures.Take(4).Select(name => $"{name},bag\n"));
        using MultipartFormDataContent form = new() { { new ByteArrayContent(Encoding.UTF8.GetBytes(table)), "file", "labels.csv" } };
        await fixture.Admin.PostAsync($"{queue[..queue.LastIndexOf('/')]}/labels/import?format=csv", form, Cancelled).ShouldBeAsync(HttpStatusCode.OK);

        (await OpenAsync(queue)).ShouldBe(2);
        JsonElement again = await fixture.Admin.GetAsync($"{queue}/proposal?count=50", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        again.GetProperty("candidateCount").GetInt32().ShouldBe(ImageCount - 6);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    public async Task Proposal_OfTooFewOrTooMany_IsRefused(string count) =>
        await fixture.Admin.GetAsync($"/api/v1/projects/{fixture.Project.Id}/label-queue/proposal?count={count}", Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "validation_failed");

    [Fact]
    public async Task Export_InAFormatThatDoesNotExist_IsRefused() =>
        await fixture.Admin.GetAsync($"/api/v1/projects/{fixture.Project.Id}/label-queue/export?format=crayon", Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "unknown_format");

    [Fact]
    public async Task Asking_AsAViewer_IsForbidden()
    {
        HttpClient viewer = await fixture.Door.AsAsync(Role.Viewer);
        (await viewer.PostAsJsonAsync($"/api/v1/projects/{fixture.Project.Id}/label-queue", new { count = 1 }, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<int> OpenAsync(string queue) => (await fixture.Admin.GetAsync(queue, Cancelled).ShouldBeAsync(HttpStatusCode.OK)).GetProperty("openCount").GetInt32();

    private async Task<string> FillAsync(string slug)
    {
        Project project = await fixture.Door.AddProjectAsync(slug);
        for (int index = 0; index < ImageCount; index++)
        {
            await fixture.Admin.PostAsync($"/api/v1/projects/{project.Id}/images", Answers.Form(TestImages.Jpeg((byte)(100 + index), 32), $$"""{"clientId":"{{slug}}-{{index}}.jpg"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        }

        await using MonitoringDbContext db = fixture.Door.CreateDbContext();
        ModelVersion version = new() { ProjectId = project.Id, Name = "m", Number = 1, Sha256 = new string('a', 64), Contract = "{}", RegisteredAt = TimeProvider.System.GetUtcNow() };
        db.Add(version);
        await db.SaveChangesAsync(Cancelled);
        db.Add(new Deployment { ProjectId = project.Id, ModelVersionId = version.Id, DeployedAt = TimeProvider.System.GetUtcNow() });
        foreach (long image in await db.Images.Where(image => image.ProjectId == project.Id).Select(image => image.Id).ToListAsync(Cancelled))
        {
            db.Add(new Rescore { ImageId = image, ModelVersionId = version.Id, Prediction = new ClassificationPrediction([0.6f, 0.4f]).ToJson(), ScoredAt = TimeProvider.System.GetUtcNow() });
        }

        await db.SaveChangesAsync(Cancelled);
        return $"/api/v1/projects/{project.Id}/label-queue";
    }
}
