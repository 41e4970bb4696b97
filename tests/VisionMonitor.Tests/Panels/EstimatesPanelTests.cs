using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class EstimatesPanelTests(StoryDatabase story)
{
    [Fact]
    public async Task LoadEstimates_OfSeveralMethods_SaysOfEachWhatItsNumbersComeFrom()
    {
        EstimatesPanel panel = await LoadAsync("parcel-sorter");

        panel.Methods.Select(method => method.Name).ShouldBe(["agreement", "some labels", "second look"]);
        panel.Methods[0].Sentence.ShouldStartWith("from how far another version says the same");
        panel.Methods[1].Sentence.ShouldStartWith("from the labels that have come so far");
        panel.Methods[2].Sentence.ShouldContain("test-time augmentation");
        panel.Missing.ShouldBeNull();
    }

    /// <summary>Of a method's windows only those that were measured are judged, those with a warning apart; what rests on some labels waits for all of them.</summary>
    [Fact]
    public async Task LoadEstimates_OfSeveralMethods_KeepsATrackRecordOfEach()
    {
        EstimatesPanel panel = await LoadAsync("parcel-sorter");

        panel.Records.Select(record => record with { MeanError = Math.Round(record.MeanError!.Value, 6) }).ShouldBe(
        [
            new(2, MetricNames.Accuracy, "agreement", 6, 6, 2, 0, 0, 0),
            new(2, MetricNames.Accuracy, "some labels", 5, 5, 0.5, 0, 0, 1),
            new(2, MetricNames.Accuracy, "second look", 5, 4, 2.8, 1, 1, 0),
            new(1, MetricNames.Accuracy, "agreement", 6, 6, 2, 0, 0, 0),
            new(1, MetricNames.Accuracy, "some labels", 5, 5, 0.5, 0, 0, 1),
            new(1, MetricNames.Accuracy, "second look", 5, 4, 2.8, 1, 1, 2),
        ]);
    }

    [Fact]
    public async Task LoadEstimates_OfSeveralMethods_DrawsEachBesideWhatWasMeasuredOnce()
    {
        ChartSpec chart = (await LoadAsync("parcel-sorter")).Charts[1];

        chart.Title.ShouldBe("Accuracy of v1");
        chart.Series.Select(series => (series.Name, series.Points.Count)).ShouldBe([("measured", 8), ("by agreement", 6), ("by some labels", 6), ("by second look", 8)]);
        chart.Series[0].Points.Select(point => point.Note).ShouldBe(["no label yet", "no label yet", null, null, null, null, null, null]);
        chart.Series[3].Points.Select(point => point.Note).ShouldBe([null, null, null, null, null, null, "The window leaves the calibrated region.", null]);
    }

    [Theory]
    [InlineData("parcel-detector")]
    [InlineData("label-reader")]
    public async Task LoadEstimates_OfNone_SaysWhatIsMissing(string slug)
    {
        EstimatesPanel panel = await LoadAsync(slug);

        panel.Missing.ShouldNotBeNull().ShouldStartWith("There is no estimate yet");
        (panel.Methods.Count, panel.Records.Count, panel.Charts.Count).ShouldBe((0, 0, 0));
    }

    private async Task<EstimatesPanel> LoadAsync(string slug)
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        return (await EstimatesPanel.LoadEstimatesAsync(db, slug, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }
}
