using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class ScheduleTickerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Tick_FourTickersAtOnce_PlanEachDueTimeOnce(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 24);
        await planted.AddScheduleAsync("*/10 * * * * *", planted.Clock.GetUtcNow().AddSeconds(-60));

        IReadOnlyList<PlannedRun>[] planned = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => planted.Ticker.TickAsync(Token), Token)));

        planned.Sum(runs => runs.Count).ShouldBe(6);
        List<ScheduleOccurrence> occurrences = await planted.RowsAsync<ScheduleOccurrence>();
        occurrences.Select(occurrence => occurrence.DueAt).Order().ShouldBe(Enumerable.Range(-5, 6).Select(step => planted.Clock.GetUtcNow().AddSeconds(10 * step)));
        List<Run> runs = await planted.RowsAsync<Run>();
        occurrences.Select(occurrence => occurrence.RunId).ShouldBe(runs.Select(run => (long?)run.Id), ignoreOrder: true);
        runs.Select(run => run.WindowEnd).Distinct().Count().ShouldBe(6);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Tick_AfterTimeDown_RecordsEveryDueTimeWithItsReason(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 48);
        Schedule schedule = await planted.AddScheduleAsync("30 * * * *", planted.Clock.GetUtcNow().AddHours(-26));

        await planted.Ticker.TickAsync(Token);
        await planted.Ticker.TickAsync(Token);

        List<ScheduleOccurrence> occurrences = [.. (await planted.RowsAsync<ScheduleOccurrence>()).OrderBy(occurrence => occurrence.DueAt)];
        occurrences.Count.ShouldBe(26);
        occurrences.Take(25).ShouldAllBe(occurrence => occurrence.RunId == null && occurrence.SkippedBecause!.Contains("latest"));
        occurrences[25].RunId.ShouldNotBeNull();
        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        (run.WindowStart, run.WindowEnd, run.ScheduleId).ShouldBe((occurrences[25].DueAt.AddHours(-12), occurrences[25].DueAt, schedule.Id));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Tick_AgainAfterDyingBeforeItsLastLine_PlansNothingTwice(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 24);
        DateTimeOffset before = planted.Clock.GetUtcNow().AddSeconds(-30);
        await planted.AddScheduleAsync("*/10 * * * * *", before);
        await planted.Ticker.TickAsync(Token);
        await using (MonitoringDbContext context = planted.Database.CreateDbContext())
        {
            await context.Schedules.ExecuteUpdateAsync(update => update.SetProperty(schedule => schedule.PlannedUntil, before), Token);
        }

        (await planted.Ticker.TickAsync(Token)).ShouldBeEmpty();

        (await planted.RowsAsync<Run>()).Count.ShouldBe(3);
        (await planted.RowsAsync<Schedule>()).ShouldHaveSingleItem().PlannedUntil.ShouldBe(planted.Clock.GetUtcNow());
    }
}
