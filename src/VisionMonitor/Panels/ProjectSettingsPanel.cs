using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>How images reach a project, what could not be taken, and how the project is removed.</summary>
public sealed record ProjectSettingsPanel
{
    private const int MostCounted = 1000;
    private const int MostFailed = 20;

    public required Project Project { get; init; }

    public required long ImageCount { get; init; }

    /// <summary>The watched folder with its inbox; null where folders are not watched.</summary>
    public required string? Folder { get; init; }

    /// <summary>Files in the inbox; 1000 for that many or more.</summary>
    public required int WaitingCount { get; init; }

    /// <summary>Files that could not be taken; 1000 for that many or more.</summary>
    public required int FailedCount { get; init; }

    /// <summary>The newest of them.</summary>
    public required IReadOnlyList<FailedFile> Failed { get; init; }

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<ProjectSettingsPanel?> LoadProjectSettingsAsync(MonitoringDbContext db, WatchedFolders folders, string slug, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        string? folder = folders.Of(project.Id);
        FileInfo[] reasons = [.. Files(folder, "failed", "*" + WatchedFolder.ReasonSuffix).Take(MostCounted)];
        return new ProjectSettingsPanel
        {
            Project = project,
            ImageCount = await db.Images.LongCountAsync(image => image.ProjectId == project.Id, cancellationToken),
            Folder = folder,
            WaitingCount = Files(folder, "inbox", "*").Take(MostCounted).Count(),
            FailedCount = reasons.Length,
            Failed = [.. reasons.OrderByDescending(file => file.LastWriteTimeUtc).Take(MostFailed).Select(file => FailedFile.Of(Path.Combine(folder!, "failed"), file))],
        };
    }

    private static IEnumerable<FileInfo> Files(string? folder, string part, string pattern) =>
        folder is not null && new DirectoryInfo(Path.Combine(folder, part)) is { Exists: true } there
            ? there.EnumerateFiles(pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden })
            : [];
}

/// <summary>A file of the watched folder that could not be taken.</summary>
/// <param name="Name">Its name below <c>failed/</c>.</param>
/// <param name="Reason">The stable code and the sentence.</param>
/// <param name="At">When it was refused.</param>
public sealed record FailedFile(string Name, string Reason, DateTimeOffset At)
{
    internal static FailedFile Of(string failed, FileInfo reason) => new(
        Path.GetRelativePath(failed, reason.FullName)[..^WatchedFolder.ReasonSuffix.Length],
        File.ReadAllText(reason.FullName).Trim(),
        new DateTimeOffset(reason.LastWriteTimeUtc, TimeSpan.Zero));
}
