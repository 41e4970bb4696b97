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
    public static async Task<TemporaryFile> ToFileAsync(this IFormFile file, string extension, CancellationToken cancellationToken)
    {
        TemporaryFile copy = new(extension);
        await using FileStream target = new(copy.Path, FileMode.CreateNew, FileAccess.Write);
        await file.CopyToAsync(target, cancellationToken);
        return copy;
    }
}

/// <summary>A file that goes when it is no longer needed.</summary>
internal sealed class TemporaryFile(string extension) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}{extension}");

    public void Dispose() => File.Delete(Path);
}
