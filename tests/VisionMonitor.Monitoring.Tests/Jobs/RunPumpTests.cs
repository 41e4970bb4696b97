using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class RunPumpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pump_AWholeRun_GivesTheNumbersThatTheColoursSay(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 48);
        PlannedRun planned = await planted.PlanAsync();

        await planted.Pump.PumpAsync(planned.RunId, Token);

        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        (run.State, run.FailedImageCount, run.CompletedAt).ShouldBe((RunState.Completed, 0, planted.Clock.GetUtcNow()));
        List<RunMetric> metrics = await planted.RowsAsync<RunMetric>();
        RunMetric Metric(int version, string name, int classIndex = RunMetric.AllClasses, string camera = "") => metrics.Single(metric =>
            metric.ModelVersionId == (version < 0 ? 0 : planted.VersionIds[version]) && metric.Metric == name && metric.ClassIndex == classIndex && metric.Camera == camera);

        // 36 of 48 images are labelled, 12 of each class; the second version takes every blue one for green.
        (Metric(0, MetricNames.Accuracy).Value, Metric(0, MetricNames.Accuracy).Count).ShouldBe((1, 36));
        Metric(1, MetricNames.Accuracy).Value.ShouldNotBeNull().ShouldBe(24.0 / 36, 1e-12);
        (Metric(1, MetricNames.Accuracy).Low < 24.0 / 36 && Metric(1, MetricNames.Accuracy).High > 24.0 / 36).ShouldBeTrue();
        Metric(1, MetricNames.Recall, 2).Value.ShouldBe(0);
        (Metric(1, MetricNames.Precision, 2).Value, Metric(1, MetricNames.Precision, 2).UndefinedBecause).ShouldBe((null, "The class was never predicted."));
        Metric(1, MetricNames.Precision, 1).Value.ShouldNotBeNull().ShouldBe(0.5, 1e-12);
        Metric(1, MetricNames.PredictedShare, 1).Value.ShouldNotBeNull().ShouldBe(2.0 / 3, 1e-12);
        Metric(0, MetricNames.Accuracy, camera: "camera-1").Count.ShouldBe(12);
        Metric(-1, MetricNames.Volume).Value.ShouldBe(48);
        Metric(-1, MetricNames.LabelledShare).Value.ShouldBe(0.75);
        Metric(-1, MetricNames.Brightness).Value.ShouldNotBeNull().ShouldBeInRange(0.2, 0.6);
        Metric(0, MetricNames.LatencyInfer).Value.ShouldNotBeNull().ShouldBeGreaterThan(0);
        (await planted.RowsAsync<Rescore>()).Count.ShouldBe(96);
        (await planted.RowsAsync<Evidence>()).Count.ShouldBe(72);
        (await planted.RowsAsync<Image>()).ShouldAllBe(image => image.Sharpness == 0);
        (await planted.RowsAsync<DriftCheck>()).ShouldAllBe(check => check.State == DriftState.Calibrating && check.Reason!.StartsWith("There is no baseline"));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pump_WithOneOrFourWorkersOrAfterDeaths_GivesTheSameBits(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 48, baselineCount: 60);
        PlannedRun alone = await planted.PlanAsync(40);
        await planted.Pump.PumpAsync(alone.RunId, Token);
        List<string> expected = await planted.NumbersAsync(alone.RunId);
        await ForgetAsync(planted);

        PlannedRun crowded = await planted.PlanAsync(40);
        await planted.Pump.PumpAllAsync(Enumerable.Repeat(crowded.RunId, 4), workers: 4, Token);
        (await planted.NumbersAsync(crowded.RunId)).ShouldBe(expected);
        await ForgetAsync(planted);

        PlannedRun killed = await planted.PlanAsync(40);
        for (int death = 0; death < 3; death++)
        {
            // A worker that does one shard, takes another and is never heard of again.
            await planted.Work.DoAsync((await planted.Ledger.ClaimAsync(killed.RunId, "worker", Token))!, Token);
            (await planted.Ledger.ClaimAsync(killed.RunId, "victim", Token)).ShouldNotBeNull();
        }

        await planted.Pump.PumpAsync(killed.RunId, Token);
        (await planted.RowsAsync<Run>()).Single(run => run.Id == killed.RunId).State.ShouldBe(RunState.Running, "the dead workers' shards are still leased");
        planted.Clock.Advance(planted.Options.Lease + TimeSpan.FromSeconds(1));
        (await planted.Sweep.SweepAsync(Token)).ShouldBe([killed.RunId]);
        await planted.Pump.PumpAsync(killed.RunId, Token);

        (await planted.NumbersAsync(killed.RunId)).ShouldBe(expected);
        (await planted.RowsAsync<DriftCheck>()).Where(check => check.RunId == killed.RunId && check.Camera == "").ShouldAllBe(check => check.State == DriftState.Stable);
        (await planted.RowsAsync<LiveNotice>()).Count(notice => notice.Kind == NoticeKinds.RunCompleted && notice.SubjectId == killed.RunId).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pump_WithADamagedImage_CountsItAndScoresTheOthers(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 12);
        await planted.DamageAsync(0);
        PlannedRun planned = await planted.PlanAsync();

        await planted.Pump.PumpAsync(planned.RunId, Token);

        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        (run.State, run.FailedImageCount).ShouldBe((RunState.Completed, 1));
        List<Rescore> failed = [.. (await planted.RowsAsync<Rescore>()).Where(rescore => rescore.Failure is not null)];
        failed.Select(rescore => rescore.ImageId).ShouldBe([planted.Images[0].Id, planted.Images[0].Id]);
        failed.ShouldAllBe(rescore => rescore.Failure!.StartsWith("truncated_image: ") || rescore.Failure.StartsWith("corrupt_image: "));
        (await planted.RowsAsync<RunMetric>()).Single(metric => metric.Metric == MetricNames.Accuracy && metric.ModelVersionId == planted.VersionIds[0] && metric.Camera == "").Count.ShouldBe(8);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pump_ARunWithoutImages_CompletesWithAVolumeOfZeroAndReasons(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 0);
        PlannedRun planned = await planted.PlanAsync();

        await planted.Pump.PumpAsync(planned.RunId, Token);

        (await planted.RowsAsync<Run>()).ShouldHaveSingleItem().State.ShouldBe(RunState.Completed);
        List<RunMetric> metrics = await planted.RowsAsync<RunMetric>();
        metrics.Single(metric => metric.Metric == MetricNames.Volume).Value.ShouldBe(0);
        metrics.Where(metric => metric.Metric != MetricNames.Volume).ShouldAllBe(metric => metric.Value == null && metric.UndefinedBecause!.Length > 0);
    }

    // R23: a model whose every answer is NaN must leave no number behind, only counted failures and reasons.
    [Theory]
    [InlineData("sqlite", float.NaN)]
    [InlineData("sqlite", float.PositiveInfinity)]
    [InlineData("postgres", float.NaN)]
    public async Task Pump_AModelThatAnswersWithNoNumber_StoresNullsAndCountsEveryImage(string kind, float poison)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 12, baselineCount: 44);
        await planted.PoisonAsync(version: 0, poison);
        PlannedRun planned = await planted.PlanAsync();

        await planted.Pump.PumpAsync(planned.RunId, Token);

        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        (run.State, run.FailedImageCount).ShouldBe((RunState.Completed, 12));
        List<Rescore> poisoned = [.. (await planted.RowsAsync<Rescore>()).Where(rescore => rescore.ModelVersionId == planted.VersionIds[0])];
        poisoned.Count.ShouldBe(56);
        poisoned.ShouldAllBe(rescore => rescore.Prediction == null && rescore.Embedding == null && rescore.Failure!.StartsWith("non_finite_output: "));
        List<RunMetric> metrics = await planted.RowsAsync<RunMetric>();
        metrics.Where(metric => metric.ModelVersionId == planted.VersionIds[0]).ShouldAllBe(metric => metric.Value == null && metric.UndefinedBecause!.Length > 0);
        metrics.ShouldAllBe(metric => (metric.Value ?? 0) * 0 == 0 && (metric.Low ?? 0) * 0 == 0 && (metric.High ?? 0) * 0 == 0);
        metrics.Single(metric => metric.ModelVersionId == planted.VersionIds[1] && metric.Metric == MetricNames.Accuracy && metric.Camera == "").Value.ShouldNotBeNull();
        (await planted.RowsAsync<DriftCheck>()).Where(check => check.ModelVersionId == planted.VersionIds[0]).ShouldAllBe(check => check.State == DriftState.Calibrating && check.Score == null);
    }

    // What kills the process cannot be caught: the shard's lease just runs out, again and again.
    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pump_AnImageThatKillsEveryWorker_BecomesOneCountedFailure(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 8);
        PlannedRun planned = await planted.PlanAsync();
        const int killer = 5;
        int deaths = 0;
        while (await planted.Ledger.ClaimAsync(planned.RunId, "worker", Token) is { } lease)
        {
            bool dies = killer >= lease.FirstOrdinal && killer < lease.FirstOrdinal + lease.ImageCount && lease.Attempts <= planted.Options.AttemptsPerShard;
            if (dies)
            {
                deaths++;
                planted.Clock.Advance(planted.Options.Lease + TimeSpan.FromSeconds(1));
            }
            else
            {
                (await planted.Work.DoAsync(lease, Token)).ShouldBeTrue();
            }
        }

        await planted.Pump.PumpAsync(planned.RunId, Token);

        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        (run.State, run.FailedImageCount, deaths).ShouldBe((RunState.Completed, 1, 6));
        (await planted.RowsAsync<Rescore>()).Where(rescore => rescore.Failure != null).Select(rescore => rescore.Failure).Distinct()
            .ShouldBe(["scoring_failed: Scoring failed 3 times: The process that scored it died."]);
        (await planted.RowsAsync<Rescore>()).Count.ShouldBe(16);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Sweep_ARunPastItsDeadline_IsFailedWithItsReason(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 4);
        PlannedRun planned = await planted.PlanAsync();
        planted.Clock.Advance(planted.Options.RunDeadline + TimeSpan.FromSeconds(1));

        (await planted.Sweep.SweepAsync(Token)).ShouldBeEmpty();
        await planted.Pump.PumpAsync(planned.RunId, Token);

        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        (run.State, run.FailureReason).ShouldBe((RunState.Failed, "It was not finished by its deadline: 1 of 1 shards were open."));
        (await planted.RowsAsync<Rescore>()).ShouldBeEmpty();
    }

    // The next run must score everything again, not find it there.
    private static async Task ForgetAsync(ColourProject planted)
    {
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        await context.Rescores.ExecuteDeleteAsync(Token);
        await context.Evidence.ExecuteDeleteAsync(Token);
    }
}
