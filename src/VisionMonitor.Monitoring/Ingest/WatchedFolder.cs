using System.Globalization;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>
/// Takes in the images that somebody drops into a folder: <c>inbox/[camera/]file.jpg</c>. A file is taken once it has not
/// changed for a moment; it goes to <c>done/</c> once it is durably stored, and to <c>failed/</c> with the reason beside it
/// when it cannot be taken, so that nothing is lost and nothing is tried for ever. Whoever is killed in between takes the
/// file again: its client id is its name and its time, so it stays one image.
/// </summary>
public sealed class WatchedFolder(ImageIngest ingest, TimeProvider clock, ImageLimits limits)
{
    /// <summary>The end of the name of the file that says why the one beside it failed.</summary>
    public const string ReasonSuffix = ".reason.txt";

    private const int MostAtOnce = 200;
    private const long MostBytesAtOnce = 64L * 1024 * 1024;
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(2);

    /// <summary>How long a stored file is kept in <c>done/</c>.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(7);

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden };

    /// <summary>Makes the three folders; those that are there stay.</summary>
    public static void Create(string folder)
    {
        foreach (string part in (string[])["inbox", "done", "failed"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }
    }

    /// <summary>Takes what is ready in the folder, at most 200 files, and says how many were stored and how many failed.</summary>
    /// <exception cref="IngestException">The project does not exist.</exception>
    /// <exception cref="IOException">Nothing can be stored; the files stay in the inbox.</exception>
    public async Task<(int Stored, int Failed)> ScanAsync(long projectId, string folder, CancellationToken cancellationToken)
    {
        Create(folder);
        Forget(Path.Combine(folder, "done"));
        string inbox = Path.Combine(folder, "inbox");
        (int stored, int failed, long bytes) = (0, 0, 0);
        List<(FileInfo File, IncomingImage Image)> ready = [];
        foreach (FileInfo file in new DirectoryInfo(inbox).EnumerateFiles("*", Everything).Where(IsSettled).Take(MostAtOnce))
        {
            if (file.Length > limits.MaxBytes)
            {
                Fail(folder, file, "file_too_large", $"The file has {file.Length} bytes; at most {limits.MaxBytes} are taken.");
                failed++;
            }
            else if (bytes + file.Length <= MostBytesAtOnce && await ReadAsync(inbox, file, cancellationToken) is { } image)
            {
                bytes += file.Length;
                ready.Add((file, image));
            }
        }

        if (ready.Count == 0)
        {
            return (stored, failed);
        }

        IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(projectId, [.. ready.Select(one => one.Image)], cancellationToken);
        foreach ((ReceivedImage image, FileInfo file) in received.Zip(ready.Select(one => one.File)))
        {
            if (image.Outcome == ReceiveOutcome.Refused)
            {
                Fail(folder, file, image.Code!, image.Sentence!);
                failed++;
            }
            else
            {
                Move(file, Path.Combine(folder, "done", clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Path.GetRelativePath(inbox, file.FullName)));
                stored++;
            }
        }

        return (stored, failed);
    }

    private bool IsSettled(FileInfo file) => clock.GetUtcNow() - new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero) >= SettlingTime;

    private static async Task<IncomingImage?> ReadAsync(string inbox, FileInfo file, CancellationToken cancellationToken)
    {
        string name = Path.GetRelativePath(inbox, file.FullName).Replace('\\', '/');
        string camera = name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/', StringComparison.Ordinal)] : "";
        string clientId = string.Create(CultureInfo.InvariantCulture, $"{name}@{file.LastWriteTimeUtc.Ticks}");
        try
        {
            return new IncomingImage(clientId, await File.ReadAllBytesAsync(file.FullName, cancellationToken), new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), camera);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody still writes it, does not let us read it, or took it away: the next scan looks again.
            return null;
        }
    }

    private static void Fail(string folder, FileInfo file, string code, string sentence)
    {
        string failed = Path.Combine(folder, "failed", Path.GetRelativePath(Path.Combine(folder, "inbox"), file.FullName));
        Move(file, failed);
        File.WriteAllText(failed + ReasonSuffix, $"{code}: {sentence}\n");
    }

    private static void Move(FileInfo file, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        try
        {
            File.Move(file.FullName, target, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Another worker, which took the same file at the same time, has moved it.
        }
    }

    private void Forget(string done)
    {
        string oldest = (clock.GetUtcNow() - KeptFor).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (string day in Directory.GetDirectories(done).Where(day => string.CompareOrdinal(Path.GetFileName(day), oldest) < 0))
        {
            Directory.Delete(day, recursive: true);
        }
    }
}
