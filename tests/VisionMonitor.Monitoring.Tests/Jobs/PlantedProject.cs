using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Tests.Jobs;

/// <summary>A project in a database of its own, with images an hour apart and a clock that stands at the end of the last of them.</summary>
internal sealed class PlantedProject : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private PlantedProject(TestDatabase database, int imageCount)
    {
        Database = database;
        Clock = new FakeTimeProvider(Start.AddHours(imageCount));
        Options = new MonitoringOptions { Database = database.Database, BlobFolder = Path.Combine(database.Folder, "blobs"), ImagesPerShard = 10 };
    }

    public TestDatabase Database { get; }

    public FakeTimeProvider Clock { get; }

    public MonitoringOptions Options { get; }

    public long ProjectId { get; private set; }

    public RunPlanner Planner => new(Database, Clock, Options);

    public ShardLedger Ledger => new(Database, Clock, Options);

    public ScheduleTicker Ticker => new(Database, Planner, Clock, Options);

    public static async Task<PlantedProject> CreateAsync(string kind, int imageCount)
    {
        PlantedProject planted = new(await TestDatabase.CreateAsync(kind), imageCount);
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        Project project = new() { Slug = "parcels", Name = "Parcels", Task = VisionTask.Classification, ClassNames = ["carton", "bag", "tube"], CreatedAt = Start };
        context.Add(project);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        context.AddRange(Enumerable.Range(0, imageCount).Select(index => new Image
        {
            ProjectId = project.Id,
            ClientId = $"c{index}",
            Sha256 = index.ToString("x64", CultureInfo.InvariantCulture),
            CapturedAt = Start.AddHours(index),
            ReceivedAt = Start.AddHours(index),
            Camera = $"camera-{index % 3}",
        }));
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        planted.ProjectId = project.Id;
        return planted;
    }

    public async Task<PlannedRun> PlanAsync(int sampleSize) =>
        (await Planner.PlanAsync(new PlanRequest(ProjectId, Start, Clock.GetUtcNow(), sampleSize, "manual"), TestContext.Current.CancellationToken))!;

    public async Task<Schedule> AddScheduleAsync(string cron, DateTimeOffset plannedUntil, MisfirePolicy policy = MisfirePolicy.Latest)
    {
        await using MonitoringDbContext context = Database.CreateDbContext();
        Schedule schedule = new()
        {
            ProjectId = ProjectId,
            Name = cron,
            Cron = cron,
            TimeZone = "Etc/UTC",
            Window = TimeSpan.FromHours(12),
            SampleSize = 5,
            MisfirePolicy = policy,
            PlannedUntil = plannedUntil,
        };
        context.Add(schedule);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return schedule;
    }

    public async Task<List<T>> RowsAsync<T>()
        where T : class
    {
        await using MonitoringDbContext context = Database.CreateDbContext();
        return await context.Set<T>().AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
