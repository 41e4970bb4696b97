using System.Globalization;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>
/// Takes in the images that somebody drops into a folder: <c>inbox/[camera/]file.jpg</c>. A file is taken once it has not
/// changed for a moment, removed once it is durably stored, and moved to <c>refused/</c> with the reason beside it when it
/// cannot be taken, so that nothing is lost and nothing is tried for ever.
/// </summary>
public sealed class WatchedFolder(ImageIngest ingest, TimeProvider clock)
{
    private const int MostAtOnce = 200;
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(2);

    /// <summary>Takes what is ready in the folder, at most 200 files, and says how many were stored and refused.</summary>
    public async Task<(int Stored, int Refused)> ScanAsync(long projectId, string folder, CancellationToken cancellationToken)
    {
        string inbox = Path.Combine(folder, "inbox");
        Directory.CreateDirectory(inbox);
        List<(string Path, IncomingImage Image)> ready = [];
        foreach (FileInfo file in new DirectoryInfo(inbox).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden }))
        {
            DateTimeOffset writtenAt = new(file.LastWriteTimeUtc, TimeSpan.Zero);
            if (clock.GetUtcNow() - writtenAt < SettlingTime || ready.Count == MostAtOnce)
            {
                continue;
            }

            string name = Path.GetRelativePath(inbox, file.FullName).Replace('\\', '/');
            string camera = name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/', StringComparison.Ordinal)] : "";
            string clientId = string.Create(CultureInfo.InvariantCulture, $"{name}@{file.LastWriteTimeUtc.Ticks}");
            byte[] bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
            ready.Add((file.FullName, new IncomingImage(clientId, bytes, writtenAt, camera)));
        }

        IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(projectId, [.. ready.Select(file => file.Image)], cancellationToken);
        foreach ((ReceivedImage image, string path) in received.Zip(ready.Select(file => file.Path)))
        {
            if (image.Outcome == ReceiveOutcome.Refused)
            {
                string refused = Path.Combine(folder, "refused", Path.GetRelativePath(inbox, path));
                Directory.CreateDirectory(Path.GetDirectoryName(refused)!);
                File.Move(path, refused, overwrite: true);
                await File.WriteAllTextAsync(refused + ".reason.txt", $"{image.Code}: {image.Sentence}\n", cancellationToken);
            }
            else
            {
                File.Delete(path);
            }
        }

        return (received.Count(image => image.Outcome != ReceiveOutcome.Refused), received.Count(image => image.Outcome == ReceiveOutcome.Refused));
    }
}
