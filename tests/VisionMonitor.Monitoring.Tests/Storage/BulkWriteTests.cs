using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Monitoring.Tests.Jobs;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Storage;

public sealed class BulkWriteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Upsert_TwiceWithMoreThanOneStatement_KeepsTheLastOfEachKey(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 1);
        long run = (await planted.PlanAsync(1)).RunId;
        await using MonitoringDbContext context = planted.Database.CreateDbContext();

        await context.UpsertAsync(Rows(run, 150, value: 1), Token);
        await context.UpsertAsync(Rows(run, 100, value: null), Token);

        List<RunMetric> stored = [.. (await planted.RowsAsync<RunMetric>()).OrderBy(metric => metric.ClassIndex)];
        stored.Count.ShouldBe(150);
        stored.Take(100).ShouldAllBe(metric => metric.Value == null && metric.UndefinedBecause == "none");
        stored.Skip(100).ShouldAllBe(metric => metric.Value == metric.ClassIndex + 1 && metric.UndefinedBecause == null);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task InsertNew_OverRowsThatAreThere_LeavesThemAsTheyAre(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 1);
        long run = (await planted.PlanAsync(1)).RunId;
        await using MonitoringDbContext context = planted.Database.CreateDbContext();

        (await context.InsertNewAsync(Rows(run, 70, value: 1), Token)).ShouldBe(70);
        (await context.InsertNewAsync(Rows(run, 90, value: null), Token)).ShouldBe(20);

        (await planted.RowsAsync<RunMetric>()).Count(metric => metric.Value == null).ShouldBe(20);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Upsert_InATransactionThatIsRolledBack_WritesNothing(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 1);
        long run = (await planted.PlanAsync(1)).RunId;
        await using MonitoringDbContext context = planted.Database.CreateDbContext();

        await using (await context.Database.BeginTransactionAsync(Token))
        {
            await context.UpsertAsync(Rows(run, 5, value: 1), Token);
        }

        (await context.RunMetrics.CountAsync(Token)).ShouldBe(0);
    }

    private static List<RunMetric> Rows(long run, int count, double? value) =>
    [
        .. Enumerable.Range(0, count).Select(index => new RunMetric { RunId = run, Metric = "m", ClassIndex = index, Value = value + index, Count = index, UndefinedBecause = value is null ? "none" : null }),
    ];
}
