using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using VisionMonitor.Live;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Live;

public sealed class LiveHubTests
{
    [Fact]
    public async Task Notice_WrittenToTheTable_ReachesThoseWhoWatchItsProject()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        Project watched = await door.AddProjectAsync("watched");
        Project other = await door.AddProjectAsync("other");
        await using HubConnection connection = await ConnectAsync(door, (await door.IssueAsync(new KeyOrder("viewer", Role.Viewer))).Secret);
        System.Threading.Channels.Channel<Notice> heard = System.Threading.Channels.Channel.CreateUnbounded<Notice>();
        connection.On<Notice>("Notice", notice => heard.Writer.TryWrite(notice));
        await connection.InvokeAsync(nameof(LiveHub.WatchProject), watched.Id, TestContext.Current.CancellationToken);

        await WriteAsync(door, (other.Id, NoticeKinds.RunCompleted, 1), (watched.Id, NoticeKinds.RunCompleted, 2));

        Notice notice = await heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        (notice.ProjectId, notice.Kind, notice.SubjectId).ShouldBe((watched.Id, NoticeKinds.RunCompleted, 2L));
        notice.Id.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task WatchProject_WithAKeyOfAnother_IsRefused()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        Project own = await door.AddProjectAsync("own");
        Project foreign = await door.AddProjectAsync("foreign");
        await using HubConnection connection = await ConnectAsync(door, (await door.IssueAsync(new KeyOrder("viewer", Role.Viewer, own.Id))).Secret);

        await connection.InvokeAsync(nameof(LiveHub.WatchProject), own.Id, TestContext.Current.CancellationToken);
        await Should.ThrowAsync<HubException>(() => connection.InvokeAsync(nameof(LiveHub.WatchProject), foreign.Id, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<HubException>(() => connection.InvokeAsync(nameof(LiveHub.WatchAll), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Connect_WithoutAKey_IsRefused()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();

        HttpRequestException refusal = await Should.ThrowAsync<HttpRequestException>(() => ConnectAsync(door, key: null));
        refusal.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void Coalesce_OfManyAboutTheSame_KeepsTheLastOfEach()
    {
        DateTimeOffset at = DateTimeOffset.UnixEpoch;
        Notice[] notices =
        [
            new(1, NoticeKinds.RunProgress, 7, 3, at), new(2, NoticeKinds.RunProgress, 7, 3, at),
            new(3, NoticeKinds.RunProgress, 8, 4, at), new(4, NoticeKinds.RunProgress, 7, 3, at), new(5, NoticeKinds.RunCompleted, 7, 3, at),
        ];

        NoticePump.Coalesce(notices).Select(notice => notice.Id).ShouldBe([3, 4, 5]);
    }

    private static async Task<HubConnection> ConnectAsync(OpenDoor door, string? key)
    {
        HubConnection connection = new HubConnectionBuilder()
            .WithUrl(new Uri(door.Address, LiveHub.Path), options => options.AccessTokenProvider = () => Task.FromResult(key))
            .Build();
        await connection.StartAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task WriteAsync(OpenDoor door, params (long Project, string Kind, long Subject)[] notices)
    {
        await using MonitoringDbContext db = door.CreateDbContext();
        db.LiveNotices.AddRange(notices.Select(notice => new LiveNotice { ProjectId = notice.Project, Kind = notice.Kind, SubjectId = notice.Subject, CreatedAt = TimeProvider.System.GetUtcNow() }));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
