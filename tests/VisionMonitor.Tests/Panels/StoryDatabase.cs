using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Tests.Panels;

[assembly: AssemblyFixture(typeof(StoryDatabase))]

namespace VisionMonitor.Tests.Panels;

/// <summary>The sample story in a real SQLite file, filled once for all tests that only read.</summary>
public sealed class StoryDatabase : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-story-").FullName;

    public async ValueTask InitializeAsync()
    {
        await using MonitoringDbContext db = CreateDbContext();
        await db.Database.MigrateAsync(TestContext.Current.CancellationToken);
        await SampleStory.FillAsync(db, new BlobStore(Path.Combine(_folder, "blobs")), TestContext.Current.CancellationToken);
    }

    public MonitoringDbContext CreateDbContext() => CreateDbContext(new CommandCount());

    private MonitoringDbContext CreateDbContext(CommandCount commands)
    {
        DbContextOptionsBuilder<MonitoringDbContext> options = new();
        new Database(null, Path.Combine(_folder, "story.db")).Configure(options);
        options.AddInterceptors(commands);
        return new MonitoringDbContext(options.Options);
    }

    /// <summary>How many commands an action sends to the database.</summary>
    public async Task<int> CountCommandsAsync(Func<MonitoringDbContext, Task> action)
    {
        // A counter of its own: other tests read from the same file at the same time.
        CommandCount commands = new();
        await using MonitoringDbContext db = CreateDbContext(commands);
        await action(db);
        return commands.Count;
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private sealed class CommandCount : DbCommandInterceptor
    {
        public int Count { get; private set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Count++;
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
