using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Monitoring.Tests.Ingest;

public sealed class WatchedFolderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScanAsync_GoodFreshAndBadFiles_TakesLeavesAndRefuses()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
        await using MonitoringDbContext context = database.CreateDbContext();
        long projectId = await PlantAsync(context);
        WatchedFolder watched = Watched(database, clock, new ImageLimits { MaxBytes = 100_000 });
        string folder = Path.Combine(database.Folder, "watched");
        Drop(folder, "belt-4/good.jpg", TestImages.Jpeg(), clock.GetUtcNow().AddMinutes(-1));
        Drop(folder, "fresh.jpg", TestImages.Jpeg(shade: 2), clock.GetUtcNow());
        Drop(folder, "cut.jpg", TestImages.TruncatedJpeg(), clock.GetUtcNow().AddMinutes(-1));
        Drop(folder, "huge.jpg", new byte[100_001], clock.GetUtcNow().AddMinutes(-1));

        (int stored, int failed) = await watched.ScanAsync(projectId, folder, Token);

        (stored, failed).ShouldBe((1, 2));
        (await context.Images.Select(image => image.Camera).ToListAsync(Token)).ShouldBe(["belt-4"]);
        File.Exists(Path.Combine(folder, "inbox", "belt-4", "good.jpg")).ShouldBeFalse("a stored file leaves the inbox");
        File.Exists(Path.Combine(folder, "done", "2026-05-01", "belt-4", "good.jpg")).ShouldBeTrue("a stored file is kept for a while");
        File.Exists(Path.Combine(folder, "inbox", "fresh.jpg")).ShouldBeTrue("a file that may still be written is left");
        File.Exists(Path.Combine(folder, "failed", "cut.jpg")).ShouldBeTrue("a file that cannot be taken is kept");
        (await File.ReadAllTextAsync(Path.Combine(folder, "failed", "cut.jpg.reason.txt"), Token)).ShouldContain("truncated");
        (await File.ReadAllTextAsync(Path.Combine(folder, "failed", "huge.jpg.reason.txt"), Token)).ShouldStartWith("file_too_large: ");

        // A day later than what is kept, only the day of "done" is gone.
        clock.Advance(WatchedFolder.KeptFor + TimeSpan.FromDays(1));
        await watched.ScanAsync(projectId, folder, Token);
        Directory.Exists(Path.Combine(folder, "done", "2026-05-01")).ShouldBeFalse();
        File.Exists(Path.Combine(folder, "failed", "cut.jpg")).ShouldBeTrue();
    }

    // Killed after the image was stored and before its file was moved: the file is still in the inbox.
    [Fact]
    public async Task ScanAsync_AFileThatIsStoredAlready_StaysOneImage()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
        await using MonitoringDbContext context = database.CreateDbContext();
        long projectId = await PlantAsync(context);
        WatchedFolder watched = Watched(database, clock, new ImageLimits());
        string folder = Path.Combine(database.Folder, "watched");
        for (int round = 0; round < 2; round++)
        {
            Drop(folder, "a.jpg", TestImages.Jpeg(), clock.GetUtcNow().AddMinutes(-1));
            (await watched.ScanAsync(projectId, folder, Token)).ShouldBe((1, 0));
        }

        (await context.Images.CountAsync(Token)).ShouldBe(1);
        Directory.GetFiles(Path.Combine(folder, "inbox")).ShouldBeEmpty();
    }

    private static async Task<long> PlantAsync(MonitoringDbContext context)
    {
        Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Classification, ClassNames = ["carton"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        return project.Id;
    }

    private static WatchedFolder Watched(TestDatabase database, TimeProvider clock, ImageLimits limits) =>
        new(new ImageIngest(database, new BlobStore(Path.Combine(database.Folder, "blobs")), new RecentPictures(), clock, new ImageLimits()), clock, limits);

    private static void Drop(string folder, string name, byte[] bytes, DateTimeOffset writtenAt)
    {
        string path = Path.Combine(folder, "inbox", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, writtenAt.UtcDateTime);
    }
}
