using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Tests.Storage;

public sealed class MonitoringDbContextTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Migrations_AgainstTheModel_HaveNothingPending(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        await using MonitoringDbContext context = database.CreateDbContext();

        context.Database.HasPendingModelChanges().ShouldBeFalse("a model change needs a migration in both projects");
        (await context.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Migrations_OfSqlite_AreEachOneTransaction()
    {
        using EmptyFile file = new();
        await using MonitoringDbContext context = file.CreateDbContext();

        // The file throws at a statement that no transaction can hold: stopped there, a migration would be left half done.
        await context.Database.MigrateAsync(TestContext.Current.CancellationToken);

        (await context.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task EstimateMethods_OfSqlite_KeepsWhatWasEstimated()
    {
        const string Schema = "select name || ': ' || coalesce(sql, '') as value from sqlite_master where tbl_name like 'quality_estimates%' order by name";
        const string Rows = "concat_ws(' ', run_id, model_version_id, metric, value, low, high, count, reference_count, coalesce(distrust, '-')) as value from quality_estimates order by model_version_id";
        using EmptyFile file = new();
        await using MonitoringDbContext context = file.CreateDbContext();
        IMigrator migrator = context.GetService<IMigrator>();
        await migrator.MigrateAsync("StuffClasses", TestContext.Current.CancellationToken);
        List<string> schema = await ReadAsync(Schema);
        await ExecuteAsync("insert into projects (id, slug, name, task, class_names, time_zone, operating_confidence, is_demo, created_at) values (7, 'p', 'p', 'Classification', '[]', 'UTC', 0.5, 0, 0)");
        await ExecuteAsync("""
            insert into runs (id, project_id, trigger, state, window_start, window_end, population_count, sample_count, shard_count, failed_image_count, model_version_ids, planned_at, deadline_at)
            values (3, 7, 'manual', 'Completed', 0, 1, 1, 1, 1, 0, '[5]', 0, 0)
            """);
        await ExecuteAsync("""
            insert into quality_estimates (run_id, model_version_id, metric, value, low, high, count, reference_count, distrust)
            values (3, 5, 'accuracy', 0.75, 0.5, 0.875, 64, 128, 'Doubted.'), (3, 6, 'accuracy', 0.25, 0, 0.5, 32, 16, null)
            """);

        await migrator.MigrateAsync("EstimateMethods", TestContext.Current.CancellationToken);

        (await ReadAsync($"select method || ' ' || {Rows}")).ShouldBe(["confidence 3 5 accuracy 0.75 0.5 0.875 64 128 Doubted.", "confidence 3 6 accuracy 0.25 0.0 0.5 32 16 -"]);
        await ExecuteAsync("insert into quality_estimates select run_id, model_version_id, metric, 'labels', count, distrust, high, low, reference_count, value from quality_estimates");

        await migrator.MigrateAsync("StuffClasses", TestContext.Current.CancellationToken);

        (await ReadAsync($"select {Rows}")).ShouldBe(["3 5 accuracy 0.75 0.5 0.875 64 128 Doubted.", "3 6 accuracy 0.25 0.0 0.5 32 16 -"]);
        (await ReadAsync(Schema)).ShouldBe(schema);

        Task<int> ExecuteAsync(string sql) => context.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);

        Task<List<string>> ReadAsync(string sql) => context.Database.SqlQueryRaw<string>(sql).ToListAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Times_WithAnOffset_AreStoredAndOrderedAsUtc(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        DateTimeOffset noonInSeoul = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(9));
        DateTimeOffset fourUtc = new(2026, 3, 1, 4, 0, 0, TimeSpan.Zero);
        await using (MonitoringDbContext context = database.CreateDbContext())
        {
            context.AddRange(NewProject("late", fourUtc), NewProject("early", noonInSeoul));
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await using MonitoringDbContext reading = database.CreateDbContext();
        List<Project> ordered = await reading.Projects.OrderBy(project => project.CreatedAt).ToListAsync(TestContext.Current.CancellationToken);

        ordered.Select(project => project.Slug).ShouldBe(["early", "late"]);
        ordered[0].CreatedAt.ShouldBe(noonInSeoul);
        ordered[0].CreatedAt.Offset.ShouldBe(TimeSpan.Zero);
        (await reading.Projects.CountAsync(project => project.CreatedAt < fourUtc, TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task OpenIncidents_TwoForOneRule_AreRefusedByTheDatabase(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = NewProject("p", DateTimeOffset.UnixEpoch);
        context.Add(project);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        AlertRule rule = new() { ProjectId = project.Id, Name = "r", Metric = MetricNames.Accuracy };
        context.Add(rule);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        context.Add(new Incident { ProjectId = project.Id, AlertRuleId = rule.Id, OpenRuleId = rule.Id });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);

        context.Add(new Incident { ProjectId = project.Id, AlertRuleId = rule.Id, OpenRuleId = rule.Id });

        await Should.ThrowAsync<DbUpdateException>(() => context.SaveChangesAsync(TestContext.Current.CancellationToken));
    }

    private static Project NewProject(string slug, DateTimeOffset createdAt) => new()
    {
        Slug = slug,
        Name = slug,
        Task = VisionTask.Classification,
        ClassNames = ["carton", "상자"],
        CreatedAt = createdAt,
    };

    /// <summary>A SQLite file without a table, whose migrations throw at a statement that is run outside their transaction.</summary>
    private sealed class EmptyFile : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-test-").FullName;

        public MonitoringDbContext CreateDbContext()
        {
            DbContextOptionsBuilder<MonitoringDbContext> options = new();
            new Database(null, Path.Combine(_folder, "empty.db")).Configure(options).ConfigureWarnings(warnings => warnings.Throw(RelationalEventId.NonTransactionalMigrationOperationWarning));
            return new(options.Options);
        }

        public void Dispose()
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
