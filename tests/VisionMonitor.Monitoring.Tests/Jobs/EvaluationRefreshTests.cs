using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class EvaluationRefreshTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Refresh_AfterALateLabel_RewritesOnlyTheRunsThatContainIt(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 48);
        PlannedRun early = (await planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, ColourProject.Start, ColourProject.Start.AddMinutes(24), 100, "manual"), Token))!;
        PlannedRun late = (await planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, ColourProject.Start.AddMinutes(24), ColourProject.Start.AddMinutes(48), 100, "manual"), Token))!;
        await planted.Pump.PumpAllAsync([early.RunId, late.RunId], workers: 1, Token);
        List<string> untouched = await planted.NumbersAsync(late.RunId);
        (await planted.Refresh.ProjectsAsync(Token)).ShouldBeEmpty();

        // Image 3 had no label; image 0 is corrected to a class that the versions did not see.
        await planted.LabelAsync(3, ColourProject.ClassOf(3));
        await planted.LabelAsync(0, 1);
        (await planted.Refresh.ProjectsAsync(Token)).ShouldBe([planted.ProjectId]);
        int rewritten = await planted.Refresh.RefreshAsync(planted.ProjectId, Token);

        rewritten.ShouldBe(1);
        RunMetric accuracy = (await planted.RowsAsync<RunMetric>()).Single(metric =>
            metric.RunId == early.RunId && metric.ModelVersionId == planted.VersionIds[0] && metric.Metric == MetricNames.Accuracy && metric.Camera == "");
        (accuracy.Count, accuracy.Value).ShouldBe((19, 18.0 / 19));
        (await planted.NumbersAsync(late.RunId)).ShouldBe(untouched);
        (await planted.RowsAsync<Evidence>()).Where(evidence => evidence.ImageId == planted.Images[0].Id).ShouldAllBe(evidence => evidence.LabelRevision == 2);
        (await planted.RowsAsync<LiveNotice>()).Where(notice => notice.Kind == NoticeKinds.EvaluationUpdated).Select(notice => notice.SubjectId).ShouldBe([early.RunId]);
        (await planted.Refresh.ProjectsAsync(Token)).ShouldBeEmpty();
        (await planted.Refresh.RefreshAsync(planted.ProjectId, Token)).ShouldBe(0);
    }

    // 36 of 48 images are labelled when the run ends: v2, which takes blue for green, is estimated with those labels beside the estimate without any. A late label moves the
    // first and not the second; once all are labelled nothing is written any more.
    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Refresh_AfterALateLabel_EstimatesAnewWithTheLabelsAndLeavesTheEstimateWithoutThem(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 48, baselineCount: 24);
        PlannedRun baseline = (await planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, ColourProject.Start, ColourProject.Start.AddDays(1), 1000, "baseline"), Token))!;
        await planted.Pump.PumpAsync(baseline.RunId, Token);
        PlannedRun run = await planted.PlanAsync();
        await planted.Pump.PumpAsync(run.RunId, Token);
        List<QualityEstimate> before = await OfSecondAsync();
        before.Select(row => row.Method).ShouldBe([EstimateMethods.Agreement, EstimateMethods.Confidence, EstimateMethods.Labels]);
        before[2].Count.ShouldBe(48);

        await planted.LabelAsync(3, ColourProject.ClassOf(4));
        await planted.Refresh.RefreshAsync(planted.ProjectId, Token);
        List<QualityEstimate> after = await OfSecondAsync();
        after[..2].ShouldBeEquivalentTo(before[..2]);
        (after[2].Value == before[2].Value).ShouldBeFalse();

        for (int index = 7; index < 48; index += 4)
        {
            await planted.LabelAsync(index, ColourProject.ClassOf(index));
        }

        await planted.Refresh.RefreshAsync(planted.ProjectId, Token);
        (await OfSecondAsync()).ShouldBeEquivalentTo(after);

        async Task<List<QualityEstimate>> OfSecondAsync() => [.. (await planted.RowsAsync<QualityEstimate>())
            .Where(row => row.RunId == run.RunId && row.ModelVersionId == planted.VersionIds[1] && row.Metric == MetricNames.Accuracy).OrderBy(row => row.Method)];
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Refresh_OfEverything_GivesTheBitsOfARunThatKnewTheLabels(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 24);
        PlannedRun before = await planted.PlanAsync();
        await planted.Pump.PumpAsync(before.RunId, Token);
        for (int index = 3; index < 24; index += 4)
        {
            await planted.LabelAsync(index, ColourProject.ClassOf(index));
        }

        await planted.Refresh.RefreshAsync(planted.ProjectId, Token);
        PlannedRun after = await planted.PlanAsync();
        await planted.Pump.PumpAsync(after.RunId, Token);

        (await planted.NumbersAsync(before.RunId)).ShouldBe(await planted.NumbersAsync(after.RunId));
    }
}
