using Microsoft.EntityFrameworkCore;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>Which database holds the tables: an embedded SQLite file, or PostgreSQL when a connection string is given.</summary>
/// <param name="PostgresConnection">A PostgreSQL connection string; null for SQLite.</param>
/// <param name="SqliteFile">The SQLite file; used when there is no connection string.</param>
public sealed record Database(string? PostgresConnection, string SqliteFile)
{
    /// <summary>Whether this is the embedded database of a single process.</summary>
    public bool IsEmbedded => PostgresConnection is null;

    private static readonly ShortWaits Waits = new();

    /// <summary>Applies this choice to a context's options.</summary>
    public DbContextOptionsBuilder Configure(DbContextOptionsBuilder options)
    {
        const string history = "__ef_migrations_history";
        _ = PostgresConnection is { } connection
            ? options.UseNpgsql(connection, postgres => postgres.MigrationsAssembly("VisionMonitor.Migrations.Postgres").MigrationsHistoryTable(history))
            : options.UseSqlite($"Data Source={SqliteFile};Default Timeout=30", sqlite => sqlite
                .MigrationsAssembly("VisionMonitor.Migrations.Sqlite")
                .MigrationsHistoryTable(history)

                // One parameter for a whole list of ids, as on PostgreSQL: with one for each, EF writes the SQL anew for every call.
                .UseParameterizedCollectionMode(ParameterTranslationMode.Parameter)).AddInterceptors(Waits);
        return options.UseSnakeCaseNamingConvention();
    }
}
