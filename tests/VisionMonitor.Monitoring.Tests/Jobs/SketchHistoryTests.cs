using Microsoft.EntityFrameworkCore;
using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class SketchHistoryTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pump_ARun_SketchesEveryImageOnceAlsoWhenItWasScoredBefore(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 30, baselineCount: 60);
        PlannedRun first = await planted.PlanAsync(), second = await planted.PlanAsync();
        await planted.Pump.PumpAllAsync([first.RunId, first.RunId], workers: 2, Token);
        await planted.Pump.PumpAsync(second.RunId, Token);

        List<DriftSketchRow> rows = await planted.RowsAsync<DriftSketchRow>();

        foreach (long version in planted.VersionIds)
        {
            DriftSketchRow[] ofFirst = [.. rows.Where(row => row.RunId == first.RunId && row.ModelVersionId == version)], ofSecond = [.. rows.Where(row => row.RunId == second.RunId && row.ModelVersionId == version)];
            ofFirst.Sum(row => row.ImageCount).ShouldBe(30);
            Union(ofFirst).ToBytes().ShouldBe(Union(ofSecond).ToBytes());
            Union(ofFirst).ToBytes().ShouldBe((await DirectAsync(planted, version)).ToBytes());
        }

        rows.Select(row => row.Fingerprint).Distinct().Count().ShouldBe(2, "two versions have different weights, so their sketches never mix");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pump_AfterAHundredQuietDays_IsJudgedByTheWatch(bool isMixShifted)
    {
        await using ColourProject planted = await ColourProject.CreateAsync("sqlite", imageCount: 60, baselineCount: 90);
        await PastAsync(planted, isMixShifted);
        PlannedRun run = await planted.PlanAsync();

        await planted.Pump.PumpAsync(run.RunId, Token);

        DriftCheck check = (await planted.RowsAsync<DriftCheck>()).Single(check => check.RunId == run.RunId && check.ModelVersionId == planted.VersionIds[0] && check.Camera == "");
        check.State.ShouldBe(isMixShifted ? DriftState.Drifting : DriftState.Stable, check.Reason);
        check.Reason.ShouldNotBeNull().ShouldContain("; its sum is ");
        check.FalseAlarmsPer30Days.ShouldBe(30.0 / 90);
        (check.Score > check.Limit).ShouldBe(isMixShifted);
        DriftCheck other = (await planted.RowsAsync<DriftCheck>()).Single(check => check.RunId == run.RunId && check.ModelVersionId == planted.VersionIds[1] && check.Camera == "");
        other.Reason.ShouldBeNull("the other version has no sketches, so each window of it is still judged alone");
    }

    [Fact]
    public async Task Pump_FirstRun_SaysHowMuchHistoryIsMissing()
    {
        await using ColourProject planted = await ColourProject.CreateAsync("sqlite", imageCount: 30, baselineCount: 60);
        PlannedRun run = await planted.PlanAsync();

        await planted.Pump.PumpAsync(run.RunId, Token);

        (await planted.RowsAsync<DriftCheck>()).Where(check => check.Camera == "").ShouldAllBe(check => check.Reason == "Calibrating: 0 windows of history; 100 more are needed, about 100 days. Until then each window is judged alone.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pump_EveryFiveMinutes_IsWatchedByTheHour(bool isMixShifted)
    {
        await using ColourProject planted = await ColourProject.CreateAsync("sqlite", imageCount: 60, baselineCount: 90);
        Schedule schedule = await FastScheduleAsync(planted);
        await FastPastAsync(planted, schedule, isMixShifted);

        // The first run of the hour closes the hour before; the second one changes nothing.
        PlannedRun first = await planted.PlanAsync(ColourProject.Start, ColourProject.Start.AddMinutes(5), schedule.Id);
        await planted.Pump.PumpAsync(first.RunId, Token);
        PlannedRun second = await planted.PlanAsync(ColourProject.Start.AddMinutes(5), ColourProject.Start.AddMinutes(10), schedule.Id);
        await planted.Pump.PumpAsync(second.RunId, Token);

        foreach (PlannedRun run in (PlannedRun[])[first, second])
        {
            DriftCheck check = (await planted.RowsAsync<DriftCheck>()).Single(check => check.RunId == run.RunId && check.ModelVersionId == planted.VersionIds[0] && check.Camera == "");
            check.WindowCount.ShouldBe(5, "a window of five minutes is too small to be judged alone");
            check.State.ShouldBe(isMixShifted ? DriftState.Drifting : DriftState.Stable, check.Reason);
            check.Reason.ShouldNotBeNull().ShouldContain("over the hours so far");
            (check.Score > check.Limit).ShouldBe(isMixShifted);
            check.FalseAlarmsPer30Days.ShouldBe(30.0 / 90);
        }
    }

    [Fact]
    public async Task Pump_BeforeAFastSchedulesFirstWholeHour_HasNoWindowOfHistory()
    {
        await using ColourProject planted = await ColourProject.CreateAsync("sqlite", imageCount: 60, baselineCount: 60);
        Schedule schedule = await FastScheduleAsync(planted, minutes: 10);
        PlannedRun run = await planted.PlanAsync(ColourProject.Start, ColourProject.Start.AddMinutes(10), schedule.Id);

        await planted.Pump.PumpAsync(run.RunId, Token);

        (await planted.RowsAsync<DriftCheck>()).Where(check => check.Camera == "")
            .ShouldAllBe(check => check.Reason == "Calibrating: 0 windows of history; 336 more are needed, about 14 days. Until then each window is judged alone.");
    }

    [Fact]
    public void ByHour_RunsThatOverlap_CountNoImageTwice()
    {
        DateTimeOffset Minute(int minute) => ColourProject.Start.AddMinutes(minute);
        IEnumerable<(long, DateTimeOffset, DateTimeOffset)> runs = Enumerable.Range(1, 30).Select(index => ((long)index, Minute((5 * index) - 15), Minute(5 * index)));

        IReadOnlyList<WatchedWindow> hours = WatchedWindow.ByHour(runs, Minute(150));

        hours.Select(hour => hour.End).ShouldBe([Minute(50), Minute(110)]);
        hours[0].RunIds.ShouldBe([1L, 4, 7, 10]);
        hours[1].RunIds.ShouldBe([13L, 16, 19, 22]);
    }

    private static async Task<Schedule> FastScheduleAsync(ColourProject planted, int minutes = 5)
    {
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        Schedule schedule = new() { ProjectId = planted.ProjectId, Name = "fast", Cron = $"*/{minutes} * * * *", TimeZone = "UTC", Window = TimeSpan.FromMinutes(minutes), SampleSize = 1000 };
        context.Add(schedule);
        await context.SaveChangesAsync(Token);
        return schedule;
    }

    /// <summary>15 days of runs of five minutes with 5 images each; in the last six hours, where wanted, only red ones.</summary>
    private static async Task FastPastAsync(ColourProject planted, Schedule schedule, bool isMixShifted)
    {
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        Project project = await context.Projects.SingleAsync(Token);
        ModelVersion version = await context.ModelVersions.OrderBy(version => version.Id).FirstAsync(Token);
        const int Count = 15 * 288;
        Run[] runs = [.. Enumerable.Range(0, Count).Select(index => new Run
        {
            ProjectId = project.Id,
            ScheduleId = schedule.Id,
            Trigger = "schedule",
            State = RunState.Completed,
            BaselineId = project.BaselineId,
            ModelVersionIds = [version.Id],
            WindowStart = ColourProject.Start.AddMinutes(5 * (index - Count)),
            WindowEnd = ColourProject.Start.AddMinutes(5 * (index - Count + 1)),
            PlannedAt = ColourProject.Start,
            DeadlineAt = ColourProject.Start,
        })];
        context.AddRange(runs);
        await context.SaveChangesAsync(Token);
        for (int index = 0; index < Count; index++)
        {
            Random random = new(index);
            bool isShifted = isMixShifted && index >= Count - 72;
            var answers = Enumerable.Range(0, 5).Select(_ => Seen(isShifted ? 0 : random.Next(3), random)).ToArray();
            IReadOnlyList<DriftSketchRow> rows = ShardSketches.Of(version, answers.Select(sketched => (new Image { ClientId = "", Sha256 = "", CapturedAt = runs[index].WindowStart }, sketched)));
            foreach (DriftSketchRow row in rows)
            {
                row.RunId = runs[index].Id;
            }

            context.AddRange(rows);
        }

        await context.SaveChangesAsync(Token);
    }

    /// <summary>110 days of 30 images like the baseline's; in the last six of them, where wanted, only red ones.</summary>
    private static async Task PastAsync(ColourProject planted, bool isMixShifted)
    {
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        Project project = await context.Projects.SingleAsync(Token);
        ModelVersion version = await context.ModelVersions.OrderBy(version => version.Id).FirstAsync(Token);
        for (int day = 110; day > 0; day--)
        {
            Run run = new()
            {
                ProjectId = project.Id,
                Trigger = "manual",
                State = RunState.Completed,
                BaselineId = project.BaselineId,
                ModelVersionIds = [version.Id],
                WindowStart = ColourProject.Start.AddDays(-day),
                WindowEnd = ColourProject.Start.AddDays(1 - day),
                PlannedAt = ColourProject.Start,
                DeadlineAt = ColourProject.Start,
            };
            context.Add(run);
            await context.SaveChangesAsync(Token);
            Random random = new(day);
            bool isShifted = isMixShifted && day <= 6;
            var answers = Enumerable.Range(0, 30).Select(_ => Seen(isShifted ? 0 : random.Next(3), random)).ToArray();
            IReadOnlyList<DriftSketchRow> rows = ShardSketches.Of(version, answers.Select(sketched => (new Image { ClientId = "", Sha256 = "", CapturedAt = run.WindowStart }, sketched)));
            foreach (DriftSketchRow row in rows)
            {
                row.RunId = run.Id;
            }

            context.AddRange(rows);
        }

        await context.SaveChangesAsync(Token);
    }

    /// <summary>What the first version says of a plain colour, as a picture of it would be measured.</summary>
    private static SketchedImage Seen(int kind, Random random)
    {
        int[] channels = [40 + random.Next(60), 30 + random.Next(60), 20 + random.Next(60)];
        channels[kind] += 120;
        double brightness = ((0.299 * channels[0]) + (0.587 * channels[1]) + (0.114 * channels[2])) / 255, saturation = 1 - ((double)channels.Min() / channels.Max());
        return new SketchedImage(kind, 1, [.. channels.Select(channel => channel / 255f)], [(float)brightness, 0, 0, (float)saturation]);
    }

    private static DriftSketch Union(IEnumerable<DriftSketchRow> rows)
    {
        DriftSketch[] sketches = [.. rows.Select(row => DriftSketch.FromBytes(row.Sketch))];
        foreach (DriftSketch other in sketches[1..])
        {
            sketches[0].Merge(other);
        }

        return sketches[0];
    }

    private static async Task<DriftSketch> DirectAsync(ColourProject planted, long versionId)
    {
        Dictionary<long, Image> images = (await planted.RowsAsync<Image>()).Where(image => image.IsProduction).ToDictionary(image => image.Id);
        ModelVersion version = (await planted.RowsAsync<ModelVersion>()).Single(version => version.Id == versionId);
        var answers = (await planted.RowsAsync<Rescore>()).Where(rescore => rescore.ModelVersionId == versionId && images.ContainsKey(rescore.ImageId))
            .Select(rescore => (images[rescore.ImageId], SketchedImage.Of(images[rescore.ImageId], Prediction.FromJson(rescore.Prediction!), rescore.Embedding)!.Value));
        return Union(ShardSketches.Of(version, answers));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
