using System.Data.Common;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Hosting;

/// <summary>
/// Waits for the database and brings its tables up to date. The process neither ends nor serves half: until this is
/// done, requests are answered 503 and jobs do not start.
/// </summary>
internal sealed partial class DatabaseStart(
    Database database,
    DatabaseReadiness readiness,
    IDbContextFactory<MonitoringDbContext> contexts,
    TimeProvider time,
    ILogger<DatabaseStart> logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Completes when the database is ready.</summary>
    public Task Ready => readiness.Ready;

    /// <summary>Tries until it succeeds, with growing pauses.</summary>
    /// <param name="migrate">Whether this process applies migrations itself; a worker waits for another to do it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RunAsync(bool migrate, CancellationToken cancellationToken)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(250);
        while (true)
        {
            try
            {
                if (migrate)
                {
                    await MigrateAsync(cancellationToken);
                }

                await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
                if (!(await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
                {
                    readiness.Open();
                    return;
                }

                readiness.Waiting = "The database's tables are older than this version: run `visionmonitor migrate` or start `visionmonitor serve`.";
            }
            catch (Exception error) when (!database.IsEmbedded && error is DbException or TimeoutException or System.Net.Sockets.SocketException)
            {
                readiness.Waiting = $"The database does not answer: {error.Message.ReplaceLineEndings(" ")}";
            }

            LogWaiting(readiness.Waiting, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestWait ? pause * 2 : LongestWait;
        }
    }

    /// <summary>Applies pending migrations, and Hangfire's own, once.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
        if (database.IsEmbedded)
        {
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = 'wal'", cancellationToken);
            return;
        }

        await using NpgsqlConnection connection = new(database.PostgresConnection);
        await connection.OpenAsync(cancellationToken);
        PostgreSqlObjectsInstaller.Install(connection, BellStorage.Schema);
    }

    [LoggerMessage(LogLevel.Warning, "{Reason} Next try in {Seconds} s.")]
    private partial void LogWaiting(string reason, double seconds);
}
