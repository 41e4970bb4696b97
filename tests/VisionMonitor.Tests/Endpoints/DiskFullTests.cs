using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Endpoints;

/// <summary>A disk that is really full: a file system in memory of 64 KiB holds the image store.</summary>
public sealed class DiskFullTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Image_WithoutSpaceForIt_Is507AndNothingOfItIsKept()
    {
        string disk = Directory.CreateTempSubdirectory("visionmonitor-disk-").FullName;
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk), "skipped: only root may mount a small file system");
        try
        {
            await using OpenDoor door = await OpenDoor.StartAsync(new() { ["VisionMonitor:Monitoring:BlobFolder"] = disk });
            Project project = await door.AddProjectAsync();
            HttpClient admin = await door.AsAsync(Role.Admin);
            string address = $"/api/v1/projects/{project.Id}/images";
            byte[] small = TestImages.Jpeg(), large = Noise(320);
            large.Length.ShouldBeGreaterThan(64 * 1024);
            await admin.PostAsync(address, Answers.Form(small, """{"clientId":"small"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);

            await admin.PostAsync(address, Answers.Form(large, """{"clientId":"large"}"""), Cancelled).ShouldBeProblemAsync(HttpStatusCode.InsufficientStorage, "storage_full");

            await using MonitoringDbContext db = door.CreateDbContext();
            Image kept = (await db.Images.AsNoTracking().ToListAsync(Cancelled)).ShouldHaveSingleItem();
            kept.ClientId.ShouldBe("small");
            Directory.GetFiles(disk, "*", SearchOption.AllDirectories).ShouldBe([new BlobStore(disk).PathOf(kept.Sha256)]);

            // With space it can be sent again, under the same id.
            (await RunAsync("mount", "-o", "remount,size=4m", disk)).ShouldBeTrue();
            JsonElement stored = await admin.PostAsync(address, Answers.Form(large, """{"clientId":"large"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
            (await admin.GetByteArrayAsync($"{address}/{stored.GetProperty("imageId").GetInt64()}/content", Cancelled)).ShouldBe(large);
        }
        finally
        {
            await RunAsync("umount", "-l", disk);
            Directory.Delete(disk, recursive: true);
        }
    }

    /// <summary>A picture that no encoder makes small.</summary>
    private static byte[] Noise(int side)
    {
        using SkiaSharp.SKBitmap bitmap = new(side, side);
        Random random = new(7);
        for (int pixel = 0; pixel < side * side; pixel++)
        {
            bitmap.SetPixel(pixel % side, pixel / side, new SkiaSharp.SKColor((uint)random.Next() | 0xff000000));
        }

        using SkiaSharp.SKData data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(Cancelled);
        return process.ExitCode == 0;
    }
}
