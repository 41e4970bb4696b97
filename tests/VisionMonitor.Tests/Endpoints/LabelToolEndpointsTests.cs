using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hangfire;
using Hangfire.Common;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Endpoints;

/// <summary>Connections to label tools over the API; what they say to each other is tried in the room below.</summary>
public sealed class LabelToolEndpointsTests
{
    private const string Secret = "0123456789abcdef";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_OnlyWhatTheSecretSigned_RingsForALook()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        Project project = await door.AddProjectAsync();
        Project other = await door.AddProjectAsync("others");
        await ConnectAsync(door, project.Id);
        HttpClient cvat = door.Anonymous();
        const string Body = """{"event":"update:job","job":{"id":7,"state":"completed"}}""";
        string signature = Sign(Body);

        foreach ((long at, string body, string? said) in ((long, string, string?)[])[(project.Id, Body, null), (project.Id, Body, "sha256=00"), (project.Id, Body + " ", signature), (other.Id, Body, signature), (999, Body, signature)])
        {
            await PostAsync(cvat, at, body, said).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "invalid_signature");
        }

        Rung(door).ShouldBe(0);
        (await PostAsync(cvat, project.Id, """{"event":"ping"}""", Sign("""{"event":"ping"}"""))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Rung(door).ShouldBe(0);
        (await PostAsync(cvat, project.Id, Body, signature)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await RungAsync(door, 1);
        await using MonitoringDbContext db = door.CreateDbContext();
        (await db.Labels.CountAsync(Cancelled), await db.SentLabels.CountAsync(Cancelled)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Tools_ConnectSendAndForget_ByTheirRoles()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        Project project = await door.AddProjectAsync();
        string tools = $"/api/v1/projects/{project.Id}/label-tools";
        HttpClient admin = await door.AsAsync(Role.Admin), editor = await door.AsAsync(Role.Editor), viewer = await door.AsAsync(Role.Viewer);

        await admin.PutAsync($"{tools}/cvat", Json("""{"url":"http://127.0.0.1:1","token":"t"}"""), Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_label_tool");
        await admin.PutAsync($"{tools}/paper", Json("{}"), Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_label_tool");
        (await editor.PutAsync($"{tools}/cvat", Json("{}"), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await editor.PostAsync($"/api/v1/projects/{project.Id}/label-queue/send", Json("""{"tool":"cvat"}"""), Cancelled).ShouldBeProblemAsync(HttpStatusCode.Conflict, "label_tool_not_connected");

        await ConnectAsync(door, project.Id);
        JsonElement shown = await viewer.GetAsync(tools, Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        shown.GetProperty("tools")[0].GetProperty("leadsTo").GetString().ShouldBe("https://cvat.example, with webhook");
        shown.GetRawText().ShouldNotContain("the-token");
        await editor.PostAsync($"/api/v1/projects/{project.Id}/label-queue/send", Json("""{"tool":"cvat"}"""), Cancelled).ShouldBeProblemAsync(HttpStatusCode.Conflict, "nothing_to_send");

        long imageId;
        await using (MonitoringDbContext db = door.CreateDbContext())
        {
            Image image = new() { ProjectId = project.Id, ClientId = "a", Sha256 = new string('0', 64), WidthPixels = 8, HeightPixels = 8, CapturedAt = TimeProvider.System.GetUtcNow(), ReceivedAt = TimeProvider.System.GetUtcNow() };
            db.Add(image);
            await db.SaveChangesAsync(Cancelled);
            imageId = image.Id;
            db.Add(new LabelRequest { ImageId = imageId, ProjectId = project.Id, InclusionProbability = 1, RequestedAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync(Cancelled);
        }

        JsonElement sent = await editor.PostAsync($"/api/v1/projects/{project.Id}/label-queue/send", Json("""{"tool":"cvat"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Accepted);
        (sent.GetProperty("imageCount").GetInt32(), sent.GetProperty("state").GetString()).ShouldBe((1, "sending"));
        (await editor.PostAsync($"{tools}/pull", null, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await RungAsync(door, 2);

        (await admin.DeleteAsync($"{tools}/cvat", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await admin.DeleteAsync($"{tools}/cvat", Cancelled).ShouldBeProblemAsync(HttpStatusCode.NotFound, "label_tool_not_found");
        await using MonitoringDbContext after = door.CreateDbContext();
        (await after.LabelRequests.SingleAsync(request => request.ImageId == imageId, Cancelled)).SentLabelsId.ShouldBeNull("what was at a tool that is forgotten is in the queue again");
    }

    private static async Task ConnectAsync(OpenDoor door, long projectId)
    {
        await using MonitoringDbContext db = door.CreateDbContext();
        string settings = door.Services.GetRequiredService<LabelToolProtector>().Protect($$"""{"url":"https://cvat.example","token":"the-token","webhookSecret":"{{Secret}}"}""");
        db.Add(new LabelTool { ProjectId = projectId, Kind = "cvat", ProtectedSettings = settings });
        await db.SaveChangesAsync(Cancelled);
    }

    // A job that goes from one list to the next at this very moment is in neither.
    private static async Task RungAsync(OpenDoor door, int expected)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (Rung(door) != expected)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    // However far the worker has come with them.
    private static int Rung(OpenDoor door)
    {
        IMonitoringApi jobs = door.Services.GetRequiredService<JobStorage>().GetMonitoringApi();
        Job?[] all =
        [
            .. jobs.EnqueuedJobs(MonitoringJobs.RunsQueue, 0, 1000).Select(pair => pair.Value.Job), .. jobs.ProcessingJobs(0, 1000).Select(pair => pair.Value.Job),
            .. jobs.SucceededJobs(0, 1000).Select(pair => pair.Value.Job), .. jobs.FailedJobs(0, 1000).Select(pair => pair.Value.Job),
        ];
        return all.Count(job => job?.Type == typeof(PullLabelsJob) || job?.Type == typeof(SendLabelsJob));
    }

    private static string Sign(string body) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, long projectId, string body, string? signature)
    {
        HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/projects/{projectId}/label-tools/cvat/webhook") { Content = Json(body) };
        if (signature is not null)
        {
            request.Headers.Add("X-Signature-256", signature);
        }

        return client.SendAsync(request, Cancelled);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
