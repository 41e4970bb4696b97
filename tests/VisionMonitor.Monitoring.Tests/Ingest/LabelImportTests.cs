using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Ingest;

public sealed class LabelImportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ImportAsync_PanopticLabelsThatTell_TeachTheProjectWhatIsGround()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Panoptic, ClassNames = ["carton", "floor"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        ImageIngest ingest = new(database, new BlobStore(Path.Combine(database.Folder, "blobs")), new RecentPictures(), clock, new ImageLimits());
        await ingest.ReceiveAsync(project.Id, [new IncomingImage("a.jpg", TestImages.Jpeg())], Token);
        LabelSet set = new(VisionTask.Panoptic, ["Floor", "carton", "sky"], [new LabelledImage("a.jpg", 48, 48, new PanopticTruth(ClassMap.From(48, 48, Enumerable.Repeat(1, 48 * 48).ToArray()), [new TruthSegment(1, 0)]))]) { StuffClasses = ["Floor", "sky"] };

        ImportReport report = await new LabelImport(database, ingest, new LabelIngest(database, clock), clock)
            .ImportAsync(project.Id, new LabelRead(set, new ReadReport()), imagesFolder: null, baselineName: null, "panoptic.json", progress: null, Token);

        report.StuffLearnt.ShouldBe(["floor"]);
        await using MonitoringDbContext after = database.CreateDbContext();
        (await after.Projects.SingleAsync(Token)).StuffClassNames.ShouldBe(["floor"]);
    }

    [Fact]
    public async Task ImportAsync_KnownFolderMissingAndHostileNames_LabelsStoresAndReports()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Classification, ClassNames = ["carton", "tube"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        ImageIngest ingest = new(database, new BlobStore(Path.Combine(database.Folder, "blobs")), new RecentPictures(), clock, new ImageLimits());
        await ingest.ReceiveAsync(project.Id, [new IncomingImage("known.jpg", TestImages.Jpeg())], Token);
        string folder = Path.Combine(database.Folder, "images");
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "new.jpg"), TestImages.Jpeg(shade: 3), Token);
        await File.WriteAllBytesAsync(Path.Combine(folder, "cut.jpg"), TestImages.TruncatedJpeg(), Token);
        await File.WriteAllBytesAsync(Path.Combine(database.Folder, "outside.jpg"), TestImages.Jpeg(shade: 4), Token);
        // The file's classes come in another order, and one of them the project does not have.
        LabelSet set = new(VisionTask.Classification, ["Tube", "drone", "Carton"],
        [
            Labelled("train/known.jpg", 0), Labelled("new.jpg", 2), Labelled("cut.jpg", 0), Labelled("gone.jpg", 0),
            Labelled("../outside.jpg", 0), Labelled("drone.jpg", 1),
        ]);

        ImportReport report = await new LabelImport(database, ingest, new LabelIngest(database, clock), clock)
            .ImportAsync(project.Id, new LabelRead(set, new ReadReport()), folder, "spring", "labels.json", progress: null, Token);

        (report.LabelledCount, report.StoredCount).ShouldBe((2, 1));
        report.Read.ImagesNotFound.ShouldBe(["gone.jpg", "../outside.jpg"]);
        report.Read.ClassesNotInModel.ShouldBe(["drone"]);
        report.Refused.ShouldHaveSingleItem().ShouldStartWith("cut.jpg: ");
        Dictionary<string, Truth> truths = await context.Images.Join(context.Labels, image => image.Id, label => label.ImageId, (image, label) => new { image.ClientId, label.Truth })
            .ToDictionaryAsync(pair => pair.ClientId, pair => Truth.FromJson(pair.Truth), Token);
        truths.ShouldBe(new Dictionary<string, Truth> { ["known.jpg"] = new ClassificationTruth(1), ["new.jpg"] = new ClassificationTruth(0) }, ignoreOrder: true);
        (await context.ImageSetMembers.CountAsync(member => member.ImageSetId == report.BaselineId, Token)).ShouldBe(2);
        (await context.Projects.AsNoTracking().SingleAsync(Token)).BaselineId.ShouldBe(report.BaselineId);
    }

    [Fact]
    public async Task ImportAsync_NamesOfRoboflowAndOfTheQueue_LeadToTheImages()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Classification, ClassNames = ["carton", "tube"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        ImageIngest ingest = new(database, new BlobStore(Path.Combine(database.Folder, "blobs")), new RecentPictures(), clock, new ImageLimits());
        IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(
            project.Id, [new IncomingImage("belt-7.png", TestImages.Jpeg()), new IncomingImage("asked", TestImages.Jpeg(shade: 3)), new IncomingImage("not asked", TestImages.Jpeg(shade: 4))], Token);
        context.LabelRequests.Add(new LabelRequest { ImageId = received[1].ImageId!.Value, ProjectId = project.Id, InclusionProbability = 0.5, RequestedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(Token);
        LabelSet set = new(VisionTask.Classification, ["carton", "tube"],
        [
            Labelled("train/belt-7_png.rf.00ff.jpg", 0), Labelled("train/belt-7_png.rf.00ee.jpg", 1),
            Labelled($"images/image-{received[1].ImageId}.jpg", 1), Labelled($"image-{received[2].ImageId}.jpg", 1),
        ]);

        ImportReport report = await new LabelImport(database, ingest, new LabelIngest(database, clock), clock)
            .ImportAsync(project.Id, new LabelRead(set, new ReadReport()), imagesFolder: null, baselineName: null, "labels.json", progress: null, Token);

        report.LabelledCount.ShouldBe(2);
        report.Refused.ShouldHaveSingleItem().ShouldStartWith("train/belt-7_png.rf.00ee.jpg: image_named_twice");
        report.Read.ImagesNotFound.ShouldBe([$"image-{received[2].ImageId}.jpg"]);
        Dictionary<string, Truth> truths = await context.Images.Join(context.Labels, image => image.Id, label => label.ImageId, (image, label) => new { image.ClientId, label.Truth })
            .ToDictionaryAsync(pair => pair.ClientId, pair => Truth.FromJson(pair.Truth), Token);
        truths.ShouldBe(new Dictionary<string, Truth> { ["belt-7.png"] = new ClassificationTruth(0), ["asked"] = new ClassificationTruth(1) }, ignoreOrder: true);
    }

    private static LabelledImage Labelled(string name, int classIndex) => new(name, null, null, new ClassificationTruth(classIndex));
}
