using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Tests.Ingest;

public sealed class ProjectRemovalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task RemoveAsync_OfAProject_RemovesItsFilesButNoneThatAnotherHasToo(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        MonitoringOptions options = new() { Database = database.Database, BlobFolder = Path.Combine(database.Folder, "blobs"), WatchedFolder = Path.Combine(database.Folder, "watched") };
        BlobStore blobs = new(options.BlobFolder);
        ImageIngest ingest = new(database, blobs, new RecentPictures(), TimeProvider.System, new ImageLimits());
        WatchedFolders folders = new(database, new WatchedFolder(ingest, TimeProvider.System, new ImageLimits()), options, NullLogger<WatchedFolders>.Instance);
        await using MonitoringDbContext context = database.CreateDbContext();
        Project goes = new() { Slug = "goes", Name = "Goes", Task = VisionTask.Classification, ClassNames = ["carton"] };
        Project stays = new() { Slug = "stays", Name = "Stays", Task = VisionTask.Classification, ClassNames = ["carton"] };
        context.AddRange(goes, stays);
        await context.SaveChangesAsync(Token);
        folders.Create(goes.Id);
        folders.Create(stays.Id);
        await ingest.ReceiveAsync(goes.Id, [new IncomingImage("own", TestImages.Jpeg(shade: 10)), new IncomingImage("both", TestImages.Jpeg(shade: 90))], Token);
        await ingest.ReceiveAsync(stays.Id, [new IncomingImage("both", TestImages.Jpeg(shade: 90))], Token);
        string model = await blobs.WriteAsync(new byte[] { 1, 2, 3 }, Token);
        context.Add(new ModelVersion { ProjectId = goes.Id, Name = "m", Number = 1, Sha256 = model, Contract = "{}" });
        await context.SaveChangesAsync(Token);

        int removed = await new ProjectRemoval(blobs, folders).RemoveAsync(context, [goes.Id], Token);

        removed.ShouldBe(1);
        string kept = (await context.Images.AsNoTracking().ToListAsync(Token)).ShouldHaveSingleItem().Sha256;
        Directory.GetFiles(options.BlobFolder, "*", SearchOption.AllDirectories).ShouldBe([blobs.PathOf(kept)]);
        folders.Of(goes.Id).ShouldNotBeNull();
        Directory.GetDirectories(options.WatchedFolder!).ShouldBe([folders.Of(stays.Id)!]);
    }

    /// <summary>The further files of a model are named by its contract alone.</summary>
    [Fact]
    public async Task RemoveAsync_OfAModelOfSeveralFiles_RemovesThemButNoneThatAnotherModelHasToo()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        MonitoringOptions options = new() { Database = database.Database, BlobFolder = Path.Combine(database.Folder, "blobs") };
        BlobStore blobs = new(options.BlobFolder);
        WatchedFolders folders = new(database, new WatchedFolder(new ImageIngest(database, blobs, new RecentPictures(), TimeProvider.System, new ImageLimits()), TimeProvider.System, new ImageLimits()), options, NullLogger<WatchedFolders>.Instance);
        ModelRegistry registry = new(database, blobs, TimeProvider.System);
        await using MonitoringDbContext context = database.CreateDbContext();
        Project goes = new() { Slug = "goes", Name = "Goes", Task = VisionTask.Classification, ClassNames = ["carton"] };
        Project stays = new() { Slug = "stays", Name = "Stays", Task = VisionTask.Classification, ClassNames = ["carton"] };
        context.AddRange(goes, stays);
        await context.SaveChangesAsync(Token);
        ModelContract contract = ModelContract.Parse("""
            {
              "family": "zero-shot", "task": "Classification", "classes": ["carton"], "input": { "name": "x", "width": 2, "height": 2 },
              "parts": { "text": { "file": "/somewhere/text.onnx" }, "tokenizer": { "file": "words.json", "sha256": "0" } }
            }
            """);
        ModelVersion version = await registry.RegisterAsync(goes.Id, "clip", new byte[] { 1 }, contract, new Dictionary<string, byte[]> { ["text"] = [2], ["tokenizer"] = [3] }, Token);
        await registry.RegisterAsync(stays.Id, "clip", new byte[] { 4 }, contract, new Dictionary<string, byte[]> { ["text"] = [5], ["tokenizer"] = [3] }, Token);

        // Names only, and the SHA-256 of what was stored, whatever the contract said before.
        ModelContract stored = PartFiles.Located(ModelContract.Parse(version.Contract), blobs);
        File.ReadAllBytes(stored.Parts!["text"].File!).ShouldBe([2]);
        ModelContract.Parse(version.Contract).Parts!["text"].File.ShouldBe("text.onnx");
        IngestException refusal = await Should.ThrowAsync<IngestException>(() => registry.RegisterAsync(goes.Id, "clip", new byte[] { 1 }, contract, Token));
        refusal.Code.ShouldBe("part_missing");

        await new ProjectRemoval(blobs, folders).RemoveAsync(context, [goes.Id], Token);

        Directory.GetFiles(options.BlobFolder, "*", SearchOption.AllDirectories).Select(path => File.ReadAllBytes(path)[0]).Order().ShouldBe([(byte)3, (byte)4, (byte)5]);
    }

    [Fact]
    public async Task SweepAsync_AfterAKilledProcess_DeletesHalvesAndBringsNamedFilesBack()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        MonitoringOptions options = new() { Database = database.Database, BlobFolder = Path.Combine(database.Folder, "blobs") };
        BlobStore blobs = new(options.BlobFolder);
        ImageIngest ingest = new(database, blobs, new RecentPictures(), TimeProvider.System, new ImageLimits());
        WatchedFolders folders = new(database, new WatchedFolder(ingest, TimeProvider.System, new ImageLimits()), options, NullLogger<WatchedFolders>.Instance);
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Classification, ClassNames = ["carton"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        await ingest.ReceiveAsync(project.Id, [new IncomingImage("named", TestImages.Jpeg(shade: 10))], Token);
        string named = (await context.Images.AsNoTracking().SingleAsync(Token)).Sha256;
        string nobodys = await blobs.WriteAsync(new byte[] { 1, 2, 3 }, Token);
        blobs.PutAside(named);
        blobs.PutAside(nobodys);
        string half = blobs.PathOf(named) + ".0123.partial";
        string young = blobs.PathOf(named) + ".4567.partial";
        await File.WriteAllBytesAsync(half, [1], Token);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (string file in Directory.GetFiles(options.BlobFolder, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, now.UtcDateTime.AddDays(-2));
        }

        await File.WriteAllBytesAsync(young, [1], Token);

        int count = await new ProjectRemoval(blobs, folders).SweepAsync(context, now.AddDays(-1), Token);

        count.ShouldBe(3);
        Directory.GetFiles(options.BlobFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ShouldBe([blobs.PathOf(named), young]);
    }
}
