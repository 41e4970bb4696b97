using System.Net;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Endpoints;

public sealed class OverloadTests
{
    private const int MostTaken = 16 + 256;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_MoreAtOnceThanCanWait_AreToldToComeBackAndNoneIsLost()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        Project project = await door.AddProjectAsync();
        IssuedKey key = await door.IssueAsync(new KeyOrder("sender", Role.Editor));

        // With "Expect: 100-continue" the sender hears the refusal before it has sent its body.
        using HttpClient sender = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = door.Address };
        sender.DefaultRequestHeaders.Authorization = new("Bearer", key.Secret);
        sender.DefaultRequestHeaders.ExpectContinue = true;
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] image = TestImages.Jpeg();

        List<Task<HttpResponseMessage>> sent = [.. Enumerable.Range(0, MostTaken + 1).Select(index => sender.PostAsync(
            $"/api/v1/projects/{project.Id}/images", new HeldBack(Answers.Form(image, $$"""{"clientId":"{{index}}"}"""), released.Task), Cancelled))];
        Task<HttpResponseMessage> first = await Task.WhenAny(sent).WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        released.SetResult();
        (await first).Headers.RetryAfter.ShouldNotBeNull();
        await first.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "too_many_requests");

        sent.Remove(first);
        HttpResponseMessage[] rest = await Task.WhenAll(sent);
        rest.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        await using MonitoringDbContext db = door.CreateDbContext();
        db.Images.Count().ShouldBe(MostTaken);
    }

    [Fact]
    public async Task Logins_OneAfterTheOther_AreSlowedDown()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        HttpClient guesser = door.Anonymous();
        for (int guess = 0; guess < 30; guess++)
        {
            (await guesser.GetAsync($"/login?token=vmk_{guess}", Cancelled)).StatusCode.ShouldNotBe(HttpStatusCode.TooManyRequests);
        }

        await guesser.GetAsync("/login?token=vmk_one_more", Cancelled).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    /// <summary>A body that does not end until it may.</summary>
    private sealed class HeldBack(HttpContent inner, Task released) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Headers.ContentType = inner.Headers.ContentType;
            byte[] bytes = await inner.ReadAsByteArrayAsync(Cancelled);
            await stream.WriteAsync(bytes.AsMemory(0, 100), Cancelled);
            await stream.FlushAsync(Cancelled);
            await released;
            await stream.WriteAsync(bytes.AsMemory(100), Cancelled);
        }

        protected override bool TryComputeLength(out long length)
        {
            Headers.ContentType = inner.Headers.ContentType;
            length = 0;
            return false;
        }
    }
}
