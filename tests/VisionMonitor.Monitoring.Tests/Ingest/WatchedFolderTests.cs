using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using VisionMonitor.Monitoring.Ingest;
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
        Project project = new() { Slug = "p", Name = "P", Task = VisionTask.Classification, ClassNames = ["carton"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        WatchedFolder watched = new(new ImageIngest(database, new BlobStore(Path.Combine(database.Folder, "blobs")), clock, new ImageLimits()), clock);
        string folder = Path.Combine(database.Folder, "watched");
        Drop(folder, "belt-4/good.jpg", TestImages.Jpeg(), clock.GetUtcNow().AddMinutes(-1));
        Drop(folder, "fresh.jpg", TestImages.Jpeg(shade: 2), clock.GetUtcNow());
        Drop(folder, "cut.jpg", TestImages.TruncatedJpeg(), clock.GetUtcNow().AddMinutes(-1));

        (int stored, int refused) = await watched.ScanAsync(project.Id, folder, Token);

        (stored, refused).ShouldBe((1, 1));
        (await context.Images.Select(image => image.Camera).ToListAsync(Token)).ShouldBe(["belt-4"]);
        File.Exists(Path.Combine(folder, "inbox", "belt-4", "good.jpg")).ShouldBeFalse("a stored file is removed");
        File.Exists(Path.Combine(folder, "inbox", "fresh.jpg")).ShouldBeTrue("a file that may still be written is left");
        File.Exists(Path.Combine(folder, "refused", "cut.jpg")).ShouldBeTrue("a refused file is kept");
        (await File.ReadAllTextAsync(Path.Combine(folder, "refused", "cut.jpg.reason.txt"), Token)).ShouldContain("truncated");
    }

    private static void Drop(string folder, string name, byte[] bytes, DateTimeOffset writtenAt)
    {
        string path = Path.Combine(folder, "inbox", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, writtenAt.UtcDateTime);
    }
}
