#if WITH_DATABASE
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Testing;

/// <summary>
/// A real, migrated, throw-away database: a SQLite file in a temporary folder, or a database of its own in the PostgreSQL
/// that <c>tests/run.sh</c> starts and names in <c>VISIONMONITOR_TEST_POSTGRES</c>.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable, IDbContextFactory<MonitoringDbContext>
{
    /// <summary>The names to give to <c>[MemberData]</c>, so that a test runs on both.</summary>
    public static TheoryData<string> Kinds => ["sqlite", "postgres"];

    private readonly string _folder;
    private readonly string? _postgresName;
    private readonly DbContextOptions<MonitoringDbContext> _options;

    private TestDatabase(Database database, string folder, string? postgresName)
    {
        Database = database;
        _folder = folder;
        _postgresName = postgresName;
        DbContextOptionsBuilder<MonitoringDbContext> options = new();
        database.Configure(options);
        _options = options.Options;
    }

    public Database Database { get; }

    /// <summary>A temporary folder that goes with the database; blobs may lie here.</summary>
    public string Folder => _folder;

    public static async Task<TestDatabase> CreateAsync(string kind)
    {
        string folder = Directory.CreateTempSubdirectory("visionmonitor-test-").FullName;
        string? name = null;
        Database database = new(null, Path.Combine(folder, "test.db"));
        if (kind == "postgres")
        {
            string? server = Environment.GetEnvironmentVariable("VISIONMONITOR_TEST_POSTGRES");
            Assert.SkipWhen(string.IsNullOrEmpty(server), "skipped: VISIONMONITOR_TEST_POSTGRES names no server (tests/run.sh starts one)");
            name = "test_" + Guid.NewGuid().ToString("N");
            await ExecuteOnServerAsync(server!, $"create database {name}");
            database = new Database(new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString, "");
        }

        TestDatabase created = new(database, folder, name);
        await using MonitoringDbContext context = created.CreateDbContext();
        await context.Database.MigrateAsync();
        return created;
    }

    public MonitoringDbContext CreateDbContext() => new(_options);

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        if (_postgresName is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteOnServerAsync(Environment.GetEnvironmentVariable("VISIONMONITOR_TEST_POSTGRES")!, $"drop database {_postgresName} with (force)");
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task ExecuteOnServerAsync(string server, string sql)
    {
        await using NpgsqlConnection connection = new(server);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
#endif
