namespace VisionMonitor.Endpoints;

/// <summary>Files that came with a request.</summary>
internal static class Uploads
{
    /// <summary>The bytes of an uploaded file.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(this IFormFile file, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[file.Length];
        await using Stream stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>A copy on the disk under a name of our own, for readers that open paths.</summary>
    public static Task<TemporaryFile> ToFileAsync(this IFormFile file, string extension, CancellationToken cancellationToken) => ToFileAsync(file, new TemporaryFile(extension), cancellationToken);

    /// <summary>A copy on the disk, for readers that open paths.</summary>
    public static async Task<TemporaryFile> ToFileAsync(this IFormFile file, TemporaryFile copy, CancellationToken cancellationToken)
    {
        await using FileStream target = new(copy.Path, FileMode.CreateNew, FileAccess.Write);
        await file.CopyToAsync(target, cancellationToken);
        return copy;
    }
}

/// <summary>A file that goes when it is no longer needed.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string? _folder;

    /// <summary>Under a name of our own.</summary>
    public TemporaryFile(string extension) => Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}{extension}");

    private TemporaryFile(string folder, string name) => (_folder, Path) = (folder, System.IO.Path.Combine(folder, name));

    public string Path { get; }

    /// <summary>Under a name that readers may repeat, in a folder of its own.</summary>
    /// <param name="name">A file name without a folder.</param>
    public static TemporaryFile Called(string name) => new(Directory.CreateTempSubdirectory("visionmonitor-").FullName, name);

    public void Dispose()
    {
        if (_folder is null)
        {
            File.Delete(Path);
        }
        else
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
