using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Tests;

namespace VisionMonitor.Tests.Endpoints;

/// <summary>"Foundation backbone → small head → ship" through the door, with a CLIP of three files whose networks hand through what goes in: grey pixels and numbers of words.</summary>
public sealed class HeadFittingTests
{
    private const int ImageCount = 24;

    // As much of CLIP's words as the two classes need.
    private const string Tokenizer = """
        {"model":{"type":"BPE","end_of_word_suffix":"</w>","vocab":{"a</w>":320,"photo</w>":1125,"of</w>":539,"box</w>":2368,"bag</w>":3399,"<|startoftext|>":49406,"<|endoftext|>":49407},
        "merges":["t o</w>","o f</w>","h o","p ho","pho to</w>","b o","bo x</w>","b a","ba g</w>"]}}
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Head_OnAVersionOfSeveralFiles_BecomesOneFileThatKnowsTheLabels()
    {
        byte[] vision = TinyOnnx.Chain(("pixel_values", TinyOnnx.Float, [1, 1, 7, 11]), ("image_embeds", [1, 77]), "Flatten"), text = TinyOnnx.Chain(("input_ids", TinyOnnx.Long, [-1, -1]), ("text_embeds", [-1, -1]), "Identity");
        await using OpenDoor door = await OpenDoor.StartAsync();
        using HttpClient admin = await door.AsAsync(Role.Admin);
        Project project = await door.AddProjectAsync();
        string models = $"/api/v1/projects/{project.Id}/models";
        JsonElement clip = await admin.PostAsync(models, Whole(), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        clip.GetProperty("contract").GetProperty("family").GetString().ShouldBe("zero-shot");
        string head = $"/api/v1/models/{clip.GetProperty("id").GetInt64()}/head";

        // Nothing is labelled yet: that is said to whoever asked, and nothing is registered.
        (await admin.PostAsJsonAsync(head, new { kind = "logistic" }, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await AuditAsync(door, "head.refused")).ShouldContain("two classes at least");

        for (int index = 0; index < ImageCount; index++)
        {
            // Boxes are of another colour than bags.
            byte[] picture = TestImages.Jpeg((byte)((index % 2 == 0 ? 10 : 190) + index), side: 64);
            await admin.PostAsync($"/api/v1/projects/{project.Id}/images", Answers.Form(picture, $$$"""{"clientId":"{{{index}}}","truth":{"task":"classification","class":{{{index % 2}}}}}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        }

        await admin.PostAsJsonAsync(head, new { kind = "alchemy" }, Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "validation_failed");
        (await admin.PostAsJsonAsync(head, new { kind = "logistic", name = "clip with a head" }, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await AuditAsync(door, "head.fitted")).ShouldStartWith($"v2 on v1, {ImageCount} labelled images: logistic");

        await using MonitoringDbContext db = door.CreateDbContext();
        ModelVersion challenger = await db.ModelVersions.SingleAsync(version => version.Number == 2, Cancelled);
        ModelContract contract = ModelContract.Parse(challenger.Contract);
        (challenger.Name, contract.Family, contract.Parts, contract.ZeroShot, contract.EmbeddingOutput).ShouldBe(("clip with a head", "classifier", null, null, "image_embeds"));
        using SessionPool pool = new(door.Services.GetRequiredService<BlobStore>());
        using RentedSession rented = pool.Rent(challenger);
        int right = 0;
        for (int index = 0; index < ImageCount; index++)
        {
            byte[] unseen = TestImages.Jpeg((byte)((index % 2 == 0 ? 12 : 192) + index), side: 64);
            right += ((ClassificationPrediction)rented.Session.Score(unseen, ImageLimits.Default, Cancelled).Prediction).TopClassIndex == index % 2 ? 1 : 0;
        }

        right.ShouldBe(ImageCount);

        MultipartFormDataContent Whole()
        {
            const string contract = """{"family":"zero-shot","task":"Classification","classes":["box","bag"],"input":{"name":"pixel_values","width":11,"height":7,"colours":"Grey"},"outputs":["image_embeds"],"embeddingOutput":"image_embeds","parts":{"text":{"file":"text.onnx"},"tokenizer":{"file":"tokenizer.json"}}}""";
            return Answers.Form(vision, null, ("contract", contract), ("name", "clip")).WithFile("text", "text.onnx", text).WithFile("tokenizer", "tokenizer.json", Encoding.UTF8.GetBytes(Tokenizer));
        }
    }

    [Fact]
    public async Task Head_OnAVersionWithoutEmbeddings_IsRefused()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        using HttpClient admin = await door.AsAsync(Role.Admin);
        Project project = await door.AddProjectAsync();
        await using MonitoringDbContext db = door.CreateDbContext();
        ModelVersion version = new() { ProjectId = project.Id, Name = "m", Number = 1, Sha256 = new string('a', 64), Contract = """{"family":"classifier","task":"Classification","classes":["box","bag"],"input":{"name":"x","width":8,"height":8}}""", RegisteredAt = TimeProvider.System.GetUtcNow() };
        db.Add(version);
        await db.SaveChangesAsync(Cancelled);

        await admin.PostAsJsonAsync($"/api/v1/models/{version.Id}/head", new { }, Cancelled).ShouldBeProblemAsync(HttpStatusCode.Conflict, "no_embedding");
    }

    private static async Task<string> AuditAsync(OpenDoor door, string action)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(120));
        while (true)
        {
            await using MonitoringDbContext db = door.CreateDbContext();
            if (await db.AuditEntries.Where(entry => entry.Action.StartsWith("head.")).OrderByDescending(entry => entry.Id).FirstOrDefaultAsync(patience.Token) is { } entry && entry.Action == action)
            {
                return entry.Detail;
            }

            await Task.Delay(100, patience.Token);
        }
    }
}
