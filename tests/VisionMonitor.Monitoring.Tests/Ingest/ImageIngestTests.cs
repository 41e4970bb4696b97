using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Ingest;

public sealed class ImageIngestTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task ReceiveAsync_AnImageWithTruth_IsStoredWithBytesRowAndLabel(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        (ImageIngest ingest, BlobStore blobs, long project) = await SetUpAsync(database);
        byte[] bytes = TestImages.Jpeg();

        IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(
            project, [new IncomingImage("a", bytes, Camera: "belt-4", Truth: new ClassificationTruth(1).ToJson())], Token);

        received.ShouldHaveSingleItem().Outcome.ShouldBe(ReceiveOutcome.Stored);
        await using MonitoringDbContext context = database.CreateDbContext();
        Image image = await context.Images.SingleAsync(Token);
        image.Id.ShouldBe(received[0].ImageId!.Value);
        (image.Camera, image.WidthPixels, image.CapturedAt, image.LabelRevision).ShouldBe(("belt-4", 48, _clock.GetUtcNow(), 1));
        (await blobs.ReadAsync(image.Sha256, Token)).ShouldBe(bytes);
        Truth.FromJson((await context.Labels.SingleAsync(Token)).Truth).ShouldBe(new ClassificationTruth(1));
        (await context.LiveNotices.SingleAsync(Token)).Kind.ShouldBe(NoticeKinds.ImagesReceived);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task ReceiveAsync_TheSameClientIdAgain_IsOneImage(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        (ImageIngest ingest, _, long project) = await SetUpAsync(database);
        IncomingImage image = new("a", TestImages.Jpeg());

        IReadOnlyList<ReceivedImage> first = await ingest.ReceiveAsync(project, [image, image], Token);
        IReadOnlyList<ReceivedImage> second = await ingest.ReceiveAsync(project, [image], Token);
        IReadOnlyList<ReceivedImage> other = await ingest.ReceiveAsync(project, [image with { Bytes = TestImages.Jpeg(shade: 7) }], Token);

        first.Select(one => one.Outcome).ShouldBe([ReceiveOutcome.Stored, ReceiveOutcome.AlreadyThere]);
        second[0].ShouldBe(new ReceivedImage("a", first[0].ImageId, ReceiveOutcome.AlreadyThere));
        other[0].Code.ShouldBe("client_id_conflict");
        await using MonitoringDbContext context = database.CreateDbContext();
        (await context.Images.CountAsync(Token)).ShouldBe(1);
        Directory.GetFiles(Path.Combine(database.Folder, "blobs"), "*", SearchOption.AllDirectories).Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task ReceiveAsync_TheSameClientIdFromManySendersAtOnce_IsStoredOnce(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        (ImageIngest ingest, _, long project) = await SetUpAsync(database);
        IncomingImage image = new("a", TestImages.Jpeg());

        ReceivedImage[] received = [.. (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ingest.ReceiveAsync(project, [image], Token))))).SelectMany(one => one)];

        received.Count(one => one.Outcome == ReceiveOutcome.Stored).ShouldBe(1);
        received.Select(one => one.ImageId).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
    }

    [Fact]
    public async Task ReceiveAsync_ABatchWithBadOnes_StoresTheGoodAndLeavesNothingOfTheBad()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        (ImageIngest ingest, _, long project) = await SetUpAsync(database);

        IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(
            project,
            [
                new IncomingImage("good", TestImages.Jpeg()),
                new IncomingImage("cut", TestImages.TruncatedJpeg()),
                new IncomingImage("text", "<html>not an image</html>"u8.ToArray()),
                new IncomingImage("", TestImages.Jpeg(shade: 3)),
                new IncomingImage("future", TestImages.Jpeg(shade: 4), _clock.GetUtcNow().AddDays(2)),
                new IncomingImage("class", TestImages.Jpeg(shade: 5), Truth: new ClassificationTruth(9).ToJson()),
                new IncomingImage("nan", TestImages.Jpeg(shade: 6), ProductionPrediction: """{"task":"classification","probabilities":[1e400,0]}"""),
            ],
            Token);

        received.Select(one => one.Outcome).ShouldBe([ReceiveOutcome.Stored, .. Enumerable.Repeat(ReceiveOutcome.Refused, 6)]);
        received.Skip(1).ShouldAllBe(one => one.Code!.Length > 0 && one.Sentence!.Length > 0 && one.ImageId == null);
        received[4].Code.ShouldBe("captured_at_out_of_range");
        received[5].Code.ShouldBe("unknown_class");
        await using MonitoringDbContext context = database.CreateDbContext();
        (await context.Images.Select(image => image.ClientId).ToListAsync(Token)).ShouldBe(["good"]);
        Directory.GetFiles(Path.Combine(database.Folder, "blobs"), "*", SearchOption.AllDirectories).Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task WriteAsync_LabelsAgainAndChanged_AddARevisionOnlyForTheChange(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        (ImageIngest ingest, _, long project) = await SetUpAsync(database);
        IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(project, [new("a", TestImages.Jpeg()), new("b", TestImages.Jpeg(shade: 9))], Token);
        (long a, long b) = (received[0].ImageId!.Value, received[1].ImageId!.Value);
        LabelIngest labels = new(database, _clock);

        (await labels.WriteAsync(project, new Dictionary<long, Truth> { [a] = new ClassificationTruth(0), [b] = new ClassificationTruth(1) }, "first", Token)).ShouldBe(2);
        (await labels.WriteAsync(project, new Dictionary<long, Truth> { [a] = new ClassificationTruth(0), [b] = new ClassificationTruth(0) }, "second", Token)).ShouldBe(1);
        await Should.ThrowAsync<IngestException>(() => labels.WriteAsync(project, new Dictionary<long, Truth> { [a] = new ClassificationTruth(1), [999_999] = new ClassificationTruth(0) }, "third", Token));

        await using MonitoringDbContext context = database.CreateDbContext();
        (await context.Images.OrderBy(image => image.Id).Select(image => image.LabelRevision).ToListAsync(Token)).ShouldBe([1, 2]);
        (await context.Labels.CountAsync(Token)).ShouldBe(3);
    }

    private async Task<(ImageIngest Ingest, BlobStore Blobs, long ProjectId)> SetUpAsync(TestDatabase database)
    {
        BlobStore blobs = new(Path.Combine(database.Folder, "blobs"));
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Classification, ClassNames = ["carton", "tube"], CreatedAt = _clock.GetUtcNow() };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        return (new ImageIngest(database, blobs, new RecentPictures(), _clock, new ImageLimits()), blobs, project.Id);
    }
}
