using VisionMonitor.Monitoring.Explanation;
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

        commands.ShouldBeLessThanOrEqualTo(14);
    }

    [Fact]
    public async Task About_DriftWhoseCauseWasFound_NamesItAndLeadsThere()
    {
        DriftCheck drift = new() { State = DriftState.Drifting, Score = 7.1, Limit = 5.9, PValue = 0.00025, WindowCount = 24 };
        OverviewRow row = (await LoadAsync()).Rows.Single(row => row.Slug == "parcel-sorter") with { Drift = drift };
        DriftFinding found = new() { Sentence = "Looks like Gaussian blur σ 1.8 px on gate 2.", VersionNumber = 1 };
        DriftExplanation explained = new() { RunId = 9, Camera = "gate 2", Content = found.ToJson() };

        OverviewSentence without = OverviewSentence.About(row, [], [], latest: null, explained: null).ShouldHaveSingleItem();
        OverviewSentence with = OverviewSentence.About(row, [], [], latest: null, explained).ShouldHaveSingleItem();

        (without.Text, without.Link).ShouldBe(("Images look unlike the baseline: drift score 7.10 against a limit of 5.90 (p = 0.000250, n = 24).", "/projects/parcel-sorter"));
        (with.Text, with.Action, with.Link).ShouldBe(($"{without.Text} {found.Sentence}", "See why", "/projects/parcel-sorter/drift?run=9&camera=gate%202"));
    }

    /// <summary>The demo fills its projects by itself: until then they ask for nothing, and stand behind those that are filled.</summary>
    [Fact]
    public async Task Of_DemoProjectBeforeItsFirstRun_IsBeingFilledAndAsksForNothing()
    {
        OverviewRow row = await RowAsync(new Project { Id = 999, Slug = "hub-panorama", Name = "Hub panorama", ClassNames = [], IsDemo = true }, latest: null);

        (row.HealthText, row.Missing, row.IsBeingFilled).ShouldBe(("being filled", null, true));
        OverviewSentence.About(row, [], [], latest: null, explained: null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_OwnProjectWhoseFirstRunIsUnderWay_SaysSo()
    {
        Project detector = new() { Id = 1, Slug = "parcel-detector", Name = "Parcel detector", ClassNames = [] };

        OverviewRow row = await RowAsync(detector, new Run { ProjectId = 1, Trigger = "manual", ModelVersionIds = [], State = RunState.Running });

        (row.HealthText, row.IsBeingFilled).ShouldBe(("first run under way", false));
        (await RowAsync(detector, new Run { ProjectId = 1, Trigger = "manual", ModelVersionIds = [], State = RunState.Completed })).HealthText.ShouldBe("no labels yet");
    }

    private async Task<OverviewRow> RowAsync(Project project, Run? latest)
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        LiveVersions live = await LiveVersions.LoadAsync(db, TestContext.Current.CancellationToken);
        return OverviewRow.Of(project, live, [], Array.Empty<RunMetric>().ToLookup(one => one.RunId), Array.Empty<DriftCheck>().ToLookup(one => one.RunId), [], latest, hasImages: true);
    }

    private async Task<OverviewPanel> LoadAsync()
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        return await OverviewPanel.LoadOverviewAsync(db, SampleStory.End, TestContext.Current.CancellationToken);
    }
}
