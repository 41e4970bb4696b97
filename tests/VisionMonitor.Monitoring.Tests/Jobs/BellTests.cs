using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class BellTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tick_OfADueSchedule_RingsAsManyPumpsAsMayShareTheRun()
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync("sqlite", imageCount: 24);
        await planted.AddScheduleAsync("0 * * * *", planted.Clock.GetUtcNow().AddMinutes(-30));
        Rung bells = new();

        await new TickSchedulesJob(planted.Ticker, bells, planted.Options).RunAsync(Token);

        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        bells.Jobs.ShouldBe([("PumpRunJob", run.Id, "runs")]);
        bells.RingPumps(new PlannedRun(7, 100, ShardCount: 9, VersionCount: 1), planted.Options);
        bells.RingPumps(new PlannedRun(8, 0, ShardCount: 0, VersionCount: 1), planted.Options);
        bells.Jobs.Skip(1).ShouldBe([("PumpRunJob", 7, "runs"), ("PumpRunJob", 7, "runs"), ("PumpRunJob", 8, "runs")]);
    }

    // Losing all that Hangfire stores may only delay: what is to be rung is read from our own tables.
    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Sweep_WhenEveryBellWasLost_RingsForTheRunAndForTheLateLabel(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 8);
        PlannedRun done = await planted.PlanAsync();
        await planted.Pump.PumpAsync(done.RunId, Token);
        await planted.LabelAsync(3, 0);
        PlannedRun waiting = await planted.PlanAsync();
        Rung bells = new();

        await new SweepRunsJob(planted.Sweep, planted.Refresh, new ExplanationWork(planted.Database, null!, planted.Clock), bells).RunAsync(Token);

        bells.Jobs.ShouldBe([("PumpRunJob", waiting.RunId, "runs"), ("RefreshEvaluationJob", planted.ProjectId, "runs")]);
    }

    // The newest run that drifts is explained on the camera that drifts most, unless the project was explained within a day; history that is filled in is no news.
    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Sweep_WhenANewRunDrifts_AsksForItsCauseOnceADay(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 8);
        ExplanationWork work = new(planted.Database, null!, planted.Clock);
        PlannedRun older = await planted.PlanAsync(), newest = await planted.PlanAsync();
        foreach (PlannedRun run in (PlannedRun[])[older, newest])
        {
            await planted.Pump.PumpAsync(run.RunId, Token);
        }

        (await work.SweepAsync(Token)).ShouldBeEmpty();
        long version = (await planted.RowsAsync<ModelVersion>())[0].Id;
        await using (MonitoringDbContext context = planted.Database.CreateDbContext())
        {
            await context.DriftChecks.ExecuteDeleteAsync(Token);
            context.AddRange(Drifting(older.RunId, "", 9), Drifting(newest.RunId, "", 7), Drifting(newest.RunId, "gate", 5), Drifting(newest.RunId, "belt", 6));
            await context.Runs.ExecuteUpdateAsync(run => run.SetProperty(row => row.Trigger, "backfill"), Token);
            await context.SaveChangesAsync(Token);
        }

        (await work.SweepAsync(Token)).ShouldBeEmpty();
        await using (MonitoringDbContext context = planted.Database.CreateDbContext())
        {
            await context.Runs.ExecuteUpdateAsync(run => run.SetProperty(row => row.Trigger, "schedule"), Token);
        }

        (await work.SweepAsync(Token)).ShouldBe([(newest.RunId, "belt")]);
        await using (MonitoringDbContext context = planted.Database.CreateDbContext())
        {
            context.Add(Drifting(newest.RunId, "roof", 8));
            await context.SaveChangesAsync(Token);
        }

        (await work.SweepAsync(Token)).ShouldBe([(newest.RunId, "belt")], "it waits, and the project is not asked about again within a day");

        DriftCheck Drifting(long run, string camera, double score) => new()
        {
            RunId = run,
            ModelVersionId = version,
            Camera = camera,
            State = DriftState.Drifting,
            Score = score,
            Limit = 4,
            PValue = 0.001,
            WindowCount = 24,
            BaselineCount = 200,
        };
    }

    [Fact]
    public async Task Sweep_OfOldNotices_ForgetsThemAndKeepsTheNew()
    {
        await using ColourProject planted = await ColourProject.CreateAsync("sqlite", imageCount: 1);
        await using (MonitoringDbContext context = planted.Database.CreateDbContext())
        {
            context.Add(new LiveNotice { Kind = "old", CreatedAt = planted.Clock.GetUtcNow() - RunSweep.NoticeLifetime - TimeSpan.FromSeconds(1) });
            context.Add(new LiveNotice { Kind = "new", CreatedAt = planted.Clock.GetUtcNow() - RunSweep.NoticeLifetime });
            await context.SaveChangesAsync(Token);
        }

        await planted.Sweep.SweepAsync(Token);

        (await planted.RowsAsync<LiveNotice>()).Select(notice => notice.Kind).ShouldBe(["new"]);
    }

    /// <summary>Hangfire's client, which only writes down what it was asked to enqueue.</summary>
    private sealed class Rung : IBackgroundJobClient
    {
        public List<(string Job, long Id, string Queue)> Jobs { get; } = [];

        public string Create(Job job, IState state)
        {
            Jobs.Add((job.Type.Name, (long)job.Args[0], job.Queue));
            return Jobs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => false;
    }
}
