using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Tests.Topology;

/// <summary>A data folder of our own, and a look from outside into the embedded database that a process keeps in it.</summary>
internal sealed class DataFolderDatabase : IDbContextFactory<MonitoringDbContext>, IDisposable
{
    private readonly DbContextOptions<MonitoringDbContext> _options;

    public DataFolderDatabase()
    {
        DbContextOptionsBuilder<MonitoringDbContext> options = new();
        new Database(null, Path.Combine(Folder, "visionmonitor.db")).Configure(options);
        _options = options.Options;
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("visionmonitor-kill-").FullName;

    public MonitoringDbContext CreateDbContext() => new(_options);

    /// <summary>The settings of a process on this folder.</summary>
    public Dictionary<string, string> Settings() => new()
    {
        ["VISIONMONITOR__DATA"] = Folder,
        ["VISIONMONITOR__JOBSLOTS"] = "1",
        ["VISIONMONITOR__MONITORING__IMAGESPERSHARD"] = "4",
        ["VISIONMONITOR__MONITORING__LEASE"] = "00:00:04",
        ["VISIONMONITOR__MONITORING__HEARTBEAT"] = "00:00:01",
    };

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
