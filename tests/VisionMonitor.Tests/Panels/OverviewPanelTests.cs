using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class OverviewPanelTests(StoryDatabase story)
{
    [Fact]
    public async Task LoadOverview_OfTheStory_SaysTheWorstFirst()
    {
        OverviewPanel panel = await LoadAsync();

        panel.Sentences.Select(sentence => (sentence.Project, sentence.Health)).ShouldBe([("Parcel detector", Health.Bad), ("Label reader", Health.Unknown)]);
        panel.Sentences[0].Text.ShouldStartWith("Drift score rose to 7.31");
        panel.Rows.Select(row => row.Name).ShouldBe(["Parcel detector", "Label reader", "Parcel sorter"]);
    }

    [Fact]
    public async Task LoadOverview_OfAProjectWithoutModel_NamesTheNextStep()
    {
        OverviewRow row = (await LoadAsync()).Rows.Single(row => row.Slug == "label-reader");

        row.Missing.ShouldNotBeNull().Link.ShouldBe("/projects/label-reader/models");
        row.Headline.ShouldBeNull();
        row.LastScoredAt.ShouldBeNull();
    }

    [Fact]
    public async Task LoadOverview_OfALateDeployment_FollowsTheVersionThatWasLive()
    {
        OverviewRow row = (await LoadAsync()).Rows.Single(row => row.Slug == "parcel-detector");
        await using MonitoringDbContext db = story.CreateDbContext();
        double before = db.RunMetrics.Single(metric => metric.RunId == 70 && metric.ModelVersionId == 1 && metric.Metric == MetricNames.AveragePrecision && metric.ClassIndex == -1).Value!.Value;
        double at = db.Runs.Single(run => run.Id == 70).WindowEnd.ToUnixTimeMilliseconds();

        row.LiveVersion.ShouldBe("v2");
        row.Spark.Single(point => point.X == at).Y.ShouldBe(before);
    }

    [Fact]
    public async Task LoadOverview_OfRunsWithoutLabels_LeavesAGap() =>
        (await LoadAsync()).Rows.Single(row => row.Slug == "parcel-sorter").Spark.Count(point => point.Y is null).ShouldBeGreaterThan(0);

    [Fact]
    public async Task LoadOverview_OfManyProjects_AsksTheDatabaseAFixedNumberOfTimes()
    {
        int commands = await story.CountCommandsAsync(db => OverviewPanel.LoadOverviewAsync(db, SampleStory.End, TestContext.Current.CancellationToken));

        commands.ShouldBeLessThanOrEqualTo(13);
    }

    private async Task<OverviewPanel> LoadAsync()
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        return await OverviewPanel.LoadOverviewAsync(db, SampleStory.End, TestContext.Current.CancellationToken);
    }
}
