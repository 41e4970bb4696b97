using System.Globalization;

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
