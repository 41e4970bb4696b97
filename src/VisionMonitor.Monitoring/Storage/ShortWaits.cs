using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>
/// Lets SQLite itself wait for another writer: it looks again after one millisecond, then two, then five. Without this the driver sleeps
/// 150 ms whenever two writers meet, which they do all the time while runs are finished side by side.
/// </summary>
internal sealed class ShortWaits : DbConnectionInterceptor
{
    private static readonly int LongestMilliseconds = (int)TimeSpan.FromSeconds(30).TotalMilliseconds;

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Set(connection);
        return Task.CompletedTask;
    }

    private static void Set(DbConnection connection) => _ = raw.sqlite3_busy_timeout(((SqliteConnection)connection).Handle, LongestMilliseconds);
}
