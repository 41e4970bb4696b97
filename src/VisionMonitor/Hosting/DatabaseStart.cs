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
    IDbContextFactory<MonitoringDbContext> contexts,
    TimeProvider time,
    ILogger<DatabaseStart> logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the database answers and its tables are those of this version.</summary>
    public Task Ready => _ready.Task;

    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Why it is not ready yet, for people.</summary>
    public string Waiting { get; private set; } = "The database is being opened.";

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
                    _ready.TrySetResult();
                    return;
                }

                Waiting = "The database's tables are older than this version: run `visionmonitor migrate` or start `visionmonitor serve`.";
            }
            catch (Exception error) when (!database.IsEmbedded && error is DbException or TimeoutException or System.Net.Sockets.SocketException)
            {
                Waiting = $"The database does not answer: {error.Message.ReplaceLineEndings(" ")}";
            }

            LogWaiting(Waiting, pause.TotalSeconds);
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
