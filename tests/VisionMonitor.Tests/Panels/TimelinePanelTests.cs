using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class TimelinePanelTests(StoryDatabase story)
{
    [Fact]
    public async Task LoadTimeline_OfTheStory_HasBothVersionsWithIntervalsAndMarks()
    {
        TimelinePanel panel = await LoadAsync(new TimelineQuery());

        panel.Quality.Series.Select(series => series.Name).ShouldBe(["v1", "v2"]);
        ChartPoint newest = panel.Quality.Series[1].Points[^1];
        newest.High.ShouldBe(newest.Y + 0.03);
        newest.Count.ShouldBe(48);
        newest.Link.ShouldBe("/projects/parcel-detector/images?run=96");
        panel.Quality.Marks.Where(mark => mark.Kind == ChartMarkKind.Deployment).Select(mark => mark.Text).ShouldBe(["v2 live"]);
        panel.Quality.Marks.Count(mark => mark.Kind == ChartMarkKind.Incident).ShouldBe(2);
        panel.Drift.Limits.ShouldBe([new ChartLimit(3.1, "limit 3.10")]);
    }

    [Fact]
    public async Task LoadTimeline_WhereLabelsAreMissing_LeavesAGapWithItsReason()
    {
        TimelinePanel panel = await LoadAsync(new TimelineQuery());

        panel.Quality.Series[0].Points.Where(point => point.Note is not null).Select(point => (point.Y, point.Note)).ShouldBe([(null, "no labels yet"), (null, "no labels yet")]);
    }

    [Fact]
    public async Task LoadTimeline_OfARange_HoldsOnlyItsRuns()
    {
        TimelinePanel panel = await LoadAsync(new TimelineQuery(SampleStory.End.AddDays(-2), SampleStory.End.AddDays(-1)));

        panel.RunCount.ShouldBe(4);
        panel.Quality.X.Minimum.ShouldBe(SampleStory.End.AddDays(-2).ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task LoadTimeline_OfAClass_ShowsThatClass()
    {
        TimelinePanel panel = await LoadAsync(new TimelineQuery(ClassIndex: 3));

        panel.Quality.Title.ShouldBe("mAP (IoU .50–.95) on tube");
        panel.Quality.Series[0].Points[^1].Count.ShouldBe(28);
    }

    [Fact]
    public async Task LoadTimeline_OfTheStory_SharesOutEveryRowOfTheConfusion()
    {
        ConfusionPanel confusion = (await LoadAsync(new TimelineQuery())).Confusion.ShouldNotBeNull();

        confusion.PredictedNames.ShouldBe(["box", "bag", "letter", "tube", "tyre", "damaged", "missed"]);
        Enumerable.Range(0, 6).Sum(row => confusion.Share(row, 6)!.Value).ShouldBeGreaterThan(0);
        Enumerable.Range(0, 7).Sum(column => confusion.Share(0, column)!.Value).ShouldBe(1, 1e-12);
    }

    [Fact]
    public async Task LoadTimeline_OfAMetricOfAnotherTask_FallsBackToTheHeadline() =>
        (await LoadAsync(new TimelineQuery(Metric: MetricNames.Accuracy))).Metric.ShouldBe(MetricNames.AveragePrecision);

    [Fact]
    public async Task LoadTimeline_OfAnUnknownProject_IsNull()
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        (await TimelinePanel.LoadTimelineAsync(db, "nowhere", new TimelineQuery(), SampleStory.End, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    private async Task<TimelinePanel> LoadAsync(TimelineQuery query)
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        return (await TimelinePanel.LoadTimelineAsync(db, "parcel-detector", query, SampleStory.End, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }
}
