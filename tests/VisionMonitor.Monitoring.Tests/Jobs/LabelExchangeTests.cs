using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Monitoring.Tests.LabelTools;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class LabelExchangeTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly ToolBench _bench = new();
    private readonly StubCvat _cvat = new();
    private TestDatabase? _opened;
    private LabelExchange _exchange = null!;
    private long _projectId;
    private long[] _images = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase Database => _opened!;

    public async ValueTask DisposeAsync()
    {
        await _cvat.DisposeAsync();
        _bench.Dispose();
        if (_opened is not null)
        {
            await _opened.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task SendAndPull_ARoundTrip_BringsTheLabelsBackOnce(string kind)
    {
        await OpenAsync(kind, _cvat.Settings());
        SentLabels sent = (await _exchange.PlanAsync(_projectId, "cvat", Token))!;
        (await _exchange.PlanAsync(_projectId, "cvat", Token)).ShouldBeNull("all requests are in the batch");
        await _exchange.SendAsync(sent.Id, Token);

        StubTask task = _cvat.Tasks.Values.ShouldHaveSingleItem();
        task.Files.Order().ShouldBe(_images.Select(id => $"image-{id}.jpg").Order());
        (await RowAsync(sent.Id)).ShouldSatisfyAllConditions(row => row.State.ShouldBe(SentState.Sent), row => row.RemoteId.ShouldBe($"{task.Id}"), row => row.LeaseUntil.ShouldBeNull());
        (await _exchange.PullAsync(_projectId, Token)).ShouldBe(0);
        (await RowAsync(sent.Id)).LastError!.ShouldStartWith("cvat_task_gone: ");

        // One job is finished, one is not; and somebody has drawn with a label that the project lacks.
        LabelSet Labelled(long id, int classIndex) => new(VisionTask.Detection, ["box", "tube", "dog"], [new($"image-{id}.jpg", 48, 48, new DetectionTruth([new(classIndex, new(1, 2, 3, 4)), new(2, new(5, 5, 5, 5))]))]);
        task.Jobs.AddRange([new StubJob(90, Labelled(_images[0], 0)) { State = "completed" }, new StubJob(91, Labelled(_images[1], 1))]);
        (await _exchange.PullAsync(_projectId, Token)).ShouldBe(1);
        SentLabels row = await RowAsync(sent.Id);
        (row.State, row.LastError, row.PulledAt).ShouldBe((SentState.Sent, null, _clock.GetUtcNow()));
        row.Report!.ShouldContain("\"classesNotInModel\":[\"dog\"]");
        (await LabelsAsync()).ShouldBe([(_images[0], 0)]);

        (await _exchange.PullAsync(_projectId, Token)).ShouldBe(0);
        task.Jobs[1].State = "completed";
        (await _exchange.PullAsync(_projectId, Token)).ShouldBe(1);
        (await RowAsync(sent.Id)).State.ShouldBe(SentState.Finished);
        (await LabelsAsync()).ShouldBe([(_images[0], 0), (_images[1], 1)]);
        await using MonitoringDbContext context = Database.CreateDbContext();
        (await context.Labels.Where(label => label.Source.StartsWith("CVAT task")).CountAsync(Token)).ShouldBe(2);
        Directory.GetFiles(Path.GetTempPath(), "visionmonitor-*.zip").ShouldNotContain(file => File.GetLastWriteTimeUtc(file) > TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-1) && new FileInfo(file).Length > 0);
    }

    [Fact]
    public async Task SendAsync_ServerThatStaysDown_IsTriedAgainThenGivenUpAndTheImagesReturn()
    {
        await OpenAsync("sqlite", _cvat.Settings());
        SentLabels sent = (await _exchange.PlanAsync(_projectId, "cvat", Token))!;
        _cvat.Breaks = request => request.Headers.ContainsKey("Upload-Multiple") ? StubAnswer.Plain(503, "down") : null;

        await _exchange.SendAsync(sent.Id, Token);
        SentLabels row = await RowAsync(sent.Id);
        (row.State, row.Attempts, row.LeaseUntil).ShouldBe((SentState.Sending, 1, null));
        row.RemoteId.ShouldBe($"{_cvat.Tasks.Keys.Single()}", "the half task is remembered");

        await _exchange.SendWaitingAsync(Token);
        row = await RowAsync(sent.Id);
        row.State.ShouldBe(SentState.Failed);
        row.LastError!.ShouldStartWith("label_tool_failed: ");
        _cvat.Breaks = _ => null;
        (await _exchange.PlanAsync(_projectId, "cvat", Token))!.ImageCount.ShouldBe(2);
    }

    [Fact]
    public async Task SendAsync_WhatSomebodyElseIsSending_IsLeftToHimUntilHisLeaseRunsOut()
    {
        await OpenAsync("sqlite", _cvat.Settings());
        SentLabels sent = (await _exchange.PlanAsync(_projectId, "cvat", Token))!;
        await using (MonitoringDbContext context = Database.CreateDbContext())
        {
            await context.SentLabels.ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, _clock.GetUtcNow().AddMinutes(1)), Token);
        }

        await _exchange.SendAsync(sent.Id, Token);
        _cvat.Asked.ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromMinutes(2));
        await _exchange.SendAsync(sent.Id, Token);
        (await RowAsync(sent.Id)).State.ShouldBe(SentState.Sent);
    }

    [Fact]
    public async Task PlanAsync_WithoutConnection_IsRefused()
    {
        await OpenAsync("sqlite", _cvat.Settings());
        (await CvatToolTests.FailureAsync(() => _exchange.PlanAsync(_projectId, "roboflow", Token)))!.Code.ShouldBe("label_tool_not_connected");
        await using MonitoringDbContext context = Database.CreateDbContext();
        (await context.LabelTools.AsNoTracking().SingleAsync(Token)).ProtectedSettings.ShouldNotContain(StubCvat.Token);
    }

    private async Task OpenAsync(string kind, string settings)
    {
        _opened = await TestDatabase.CreateAsync(kind);
        await using MonitoringDbContext context = Database.CreateDbContext();
        Project project = new() { Slug = "parcels", Name = "Parcels", Task = VisionTask.Detection, ClassNames = ["box", "tube"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        _projectId = project.Id;
        BlobStore blobs = new(Path.Combine(Database.Folder, "blobs"));
        ImageIngest ingest = new(Database, blobs, new RecentPictures(), _clock, new ImageLimits());
        _images = [.. (await ingest.ReceiveAsync(project.Id, [new IncomingImage("a", TestImages.Jpeg(3)), new IncomingImage("b", TestImages.Jpeg(9))], Token)).Select(one => one.ImageId!.Value)];
        context.AddRange(_images.Select((id, ordinal) => new LabelRequest { ImageId = id, ProjectId = project.Id, InclusionProbability = 0.5, Ordinal = ordinal, RequestedAt = _clock.GetUtcNow() }));
        context.Add(new LabelTool { ProjectId = project.Id, Kind = "cvat", ProtectedSettings = _bench.Protector.Protect(settings) });
        await context.SaveChangesAsync(Token);
        LabelImport import = new(Database, ingest, new LabelIngest(Database, _clock), _clock);
        MonitoringOptions options = new() { Database = Database.Database, BlobFolder = "", LabelTools = _bench.Options };
        _exchange = new LabelExchange(Database, blobs, import, _bench.Protector, _bench.Http, options, _clock);
    }

    private async Task<SentLabels> RowAsync(long id)
    {
        await using MonitoringDbContext context = Database.CreateDbContext();
        return await context.SentLabels.AsNoTracking().SingleAsync(row => row.Id == id, Token);
    }

    private async Task<List<(long Image, int Class)>> LabelsAsync()
    {
        await using MonitoringDbContext context = Database.CreateDbContext();
        return [.. (await context.Labels.AsNoTracking().OrderBy(label => label.ImageId).ToListAsync(Token)).Select(label => (label.ImageId, ((DetectionTruth)Truth.FromJson(label.Truth)).Boxes.Single().ClassIndex))];
    }
}
