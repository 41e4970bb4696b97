using System.Net;
using System.Text;
using System.Text.Json;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Endpoints;

/// <summary>The watched folder of the composed program: nobody calls anything, the recurring job finds the files.</summary>
public sealed class WatchedFolderTests
{
    private const string Order = """{"slug":"belts","name":"Belts","task":"classification","classNames":["box","bag"]}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_DroppedIntoAProjectsInbox_AreTakenOrSaidWhyNot()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        HttpClient admin = await door.AsAsync(Role.Admin);
        JsonElement project = await admin.PostAsync("/api/v1/projects", Json(Order), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        long id = project.GetProperty("id").GetInt64();
        string folder = Path.Combine(door.Folder, "watched", $"{id}");
        Directory.Exists(Path.Combine(folder, "inbox")).ShouldBeTrue("it is made with the project");

        Drop(folder, "belt-4/a.jpg", TestImages.Jpeg());
        Drop(folder, "cut.jpg", TestImages.TruncatedJpeg());
        JsonElement settings = await UntilAsync(admin, $"/api/v1/projects/{id}/panels/settings", panel => panel.GetProperty("imageCount").GetInt64() == 1 && panel.GetProperty("failedCount").GetInt32() == 1);

        settings.GetProperty("folder").GetString().ShouldBe(folder);
        settings.GetProperty("waitingCount").GetInt32().ShouldBe(0);
        settings.GetProperty("failed")[0].GetProperty("name").GetString().ShouldBe("cut.jpg");
        settings.GetProperty("failed")[0].GetProperty("reason").GetString()!.ShouldContain("truncated");
        JsonElement images = await admin.GetAsync($"/api/v1/projects/{id}/images", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        images.GetProperty("items")[0].GetProperty("camera").GetString().ShouldBe("belt-4");

        // And with the project its folder goes.
        (await admin.DeleteAsync($"/api/v1/projects/{id}?confirm=belts", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Directory.Exists(folder).ShouldBeFalse();
        Directory.GetFiles(Path.Combine(door.Folder, "blobs"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Setting_Empty_WatchesNoFolder()
    {
        await using OpenDoor door = await OpenDoor.StartAsync(new() { ["VisionMonitor:Monitoring:WatchedFolder"] = "" });
        HttpClient admin = await door.AsAsync(Role.Admin);
        JsonElement project = await admin.PostAsync("/api/v1/projects", Json(Order), Cancelled).ShouldBeAsync(HttpStatusCode.Created);

        JsonElement settings = await admin.GetAsync($"/api/v1/projects/{project.GetProperty("id").GetInt64()}/panels/settings", Cancelled).ShouldBeAsync(HttpStatusCode.OK);

        settings.GetProperty("folder").ValueKind.ShouldBe(JsonValueKind.Null);
        Directory.Exists(Path.Combine(door.Folder, "watched")).ShouldBeFalse();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static void Drop(string folder, string name, byte[] bytes)
    {
        string path = Path.Combine(folder, "inbox", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-1));
    }

    private static async Task<JsonElement> UntilAsync(HttpClient client, string address, Func<JsonElement, bool> holds)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            JsonElement answer = await client.GetAsync(address, patience.Token).ShouldBeAsync(HttpStatusCode.OK);
            if (holds(answer))
            {
                return answer;
            }

            await Task.Delay(200, patience.Token);
        }
    }
}
