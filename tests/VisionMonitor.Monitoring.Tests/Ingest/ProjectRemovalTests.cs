using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;

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
        ImageIngest ingest = new(database, blobs, TimeProvider.System, new ImageLimits());
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
}
