using System.Security.Cryptography;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>
/// Files by their content: the key is the SHA-256 of the bytes, made here, so that no name from outside ever becomes a
/// path. A file that is there is whole: it is written beside its place, flushed to the disk and only then renamed.
/// </summary>
public sealed class BlobStore(string folder)
{
    private const string AsideEnding = ".aside";

    /// <summary>Stores the bytes and returns their lower-case hexadecimal SHA-256. Storing the same bytes twice stores them once.</summary>
    public async Task<string> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        string path = PathOf(key);
        if (File.Exists(path))
        {
            return key;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            await using (FileStream file = new(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.Asynchronous))
            {
                await file.WriteAsync(bytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        return key;
    }

    /// <summary>The bytes under a key.</summary>
    /// <exception cref="FileNotFoundException">Nothing lies under the key.</exception>
    public Task<byte[]> ReadAsync(string key, CancellationToken cancellationToken) => File.ReadAllBytesAsync(PathOf(key), cancellationToken);

    /// <summary>Whether something lies under the key.</summary>
    public bool Contains(string key) => File.Exists(PathOf(key));

    /// <summary>Removes what lies under the key, if anything does.</summary>
    public void Delete(string key) => File.Delete(PathOf(key));

    /// <summary>Takes what lies under the key away without destroying it; false when nothing lay there.</summary>
    public bool PutAside(string key)
    {
        try
        {
            File.Move(PathOf(key), AsideOf(key), overwrite: true);
            return true;
        }
        catch (Exception nothing) when (nothing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Undoes <see cref="PutAside"/>.</summary>
    public void PutBack(string key) => File.Move(AsideOf(key), PathOf(key), overwrite: true);

    /// <summary>Destroys what was put aside.</summary>
    public void DeleteAside(string key) => File.Delete(AsideOf(key));

    /// <summary>Keys that were put aside and neither put back nor destroyed since: their process died in between.</summary>
    /// <param name="before">Younger ones may still be in somebody's hands.</param>
    public IReadOnlyList<string> Aside(DateTimeOffset before) => [.. Left("*" + AsideEnding, before).Select(path => Path.GetFileNameWithoutExtension(path))];

    /// <summary>Destroys what a killed process was still writing.</summary>
    /// <param name="before">Younger ones may still be written.</param>
    /// <returns>How many there were.</returns>
    public int DeletePartial(DateTimeOffset before)
    {
        string[] left = [.. Left("*.partial", before)];
        foreach (string path in left)
        {
            File.Delete(path);
        }

        return left.Length;
    }

    private IEnumerable<string> Left(string pattern, DateTimeOffset before) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Where(path => File.GetLastWriteTimeUtc(path) < before.UtcDateTime)
        : [];

    private string AsideOf(string key) => PathOf(key) + AsideEnding;

    /// <summary>The file of a key, for libraries that open paths themselves.</summary>
    /// <exception cref="ArgumentException">The key is not 64 lower-case hexadecimal digits.</exception>
    public string PathOf(string key)
    {
        if (key.Length != 64 || key.AsSpan().ContainsAnyExcept("0123456789abcdef"))
        {
            throw new ArgumentException("A key is the lower-case hexadecimal SHA-256 of the stored bytes.", nameof(key));
        }

        return Path.Combine(folder, key[..2], key[2..4], key);
    }
}
