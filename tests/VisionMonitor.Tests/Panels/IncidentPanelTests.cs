using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class IncidentPanelTests(StoryDatabase story)
{
    [Fact]
    public async Task LoadIncident_OfTheDrift_ShowsTheSeriesItsLimitsAndTheSixWorstImages()
    {
        IncidentPanel panel = await LoadAsync();

        panel.RuleSentence.ShouldBe("Drift score of the live version is above 3.10; good again below 2.50");
        panel.Chart.Limits.Select(limit => limit.Y).ShouldBe([3.1, 2.5]);
        panel.Worst.Count.ShouldBe(6);
        panel.Worst.ShouldAllBe(tile => tile.Overlay.IsWrong == true);
        panel.Worst.Select(tile => tile.Score).ShouldBe(panel.Worst.Select(tile => tile.Score).Order());
        panel.Events.Select(entry => entry.At).ShouldBe(panel.Events.Select(entry => entry.At).Order());
    }

    [Fact]
    public async Task LoadIncident_OfTheSmear_SuspectsSharpness() =>
        (await LoadAsync()).Suspects.ShouldHaveSingleItem().ShouldStartWith("Sharpness went from 0.1");

    [Fact]
    public async Task LoadAlerts_OfTheStory_CountsWhatWasFiredAndAcknowledged()
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        AlertsPanel panel = await AlertsPanel.LoadAlertsAsync(db, SampleStory.End, TestContext.Current.CancellationToken);

        (panel.FiredCount, panel.AcknowledgedCount).ShouldBe((2, 1));
        panel.MedianToAcknowledge.ShouldNotBeNull().TotalHours.ShouldBe(7.2, 0.01);
        panel.Open.ShouldHaveSingleItem().StateText.ShouldBe("firing");
    }

    private async Task<IncidentPanel> LoadAsync()
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        long id = db.Incidents.Single(incident => incident.OpenRuleId != null).Id;
        return (await IncidentPanel.LoadIncidentAsync(db, id, SampleStory.End, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }
}
