using System.Globalization;
using System.Security.Cryptography;

namespace VisionMonitor.Hosting;

/// <summary>The folder that holds everything which is not in PostgreSQL.</summary>
internal sealed class DataFolder
{
    public DataFolder(string path)
    {
        Root = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the data folder {Root} cannot be created ({error.Message}); choose another with --data");
        }
    }

    public string Root { get; }

    public string Blobs => Path.Combine(Root, "blobs");

    public string Watched => Path.Combine(Root, "watched");

    public string SqliteFile => Path.Combine(Root, "visionmonitor.db");

    /// <summary>
    /// The folder's own secret, made at the first start and readable by its owner alone. Processes that share the folder share it; who
    /// loses it signs in anew and enters the secrets of the alert channels again.
    /// </summary>
    public byte[] Secret()
    {
        string path = Path.Combine(Root, "keys.secret");
        if (!File.Exists(path))
        {
            string partial = $"{path}.{Guid.NewGuid():N}.partial";
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (FileStream file = new(partial, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(32));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(partial, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process that starts at this moment was faster: its secret is the folder's.
                File.Delete(partial);
            }
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// Holds the folder for this process alone, for as long as the handle lives. The operating system drops it with the
    /// process, so a crash leaves nothing to clean up.
    /// </summary>
    /// <exception cref="StartException">Another process holds it.</exception>
    public IDisposable Hold()
    {
        string pidFile = Path.Combine(Root, "visionmonitor.pid");
        try
        {
            FileStream handle = new(Path.Combine(Root, "visionmonitor.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return handle;
        }
        catch (IOException)
        {
            string holder = File.Exists(pidFile) ? $"process {File.ReadAllText(pidFile)}" : "another process";
            throw new StartException(
                $"{holder} already uses the data folder {Root}: the embedded database belongs to one process. "
                + "Stop that process, choose another folder with --data, or share a PostgreSQL database with --connection.");
        }
    }
}
