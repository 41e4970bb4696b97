using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class ComparePanelTests(StoryDatabase story)
{
    [Fact]
    public async Task LoadCompare_OfTheStory_SaysThatTheSecondVersionIsBetterAndBySoMuch()
    {
        ComparePanel panel = await LoadAsync("parcel-sorter", new CompareQuery(A: 1, B: 2));

        panel.Verdict.ShouldStartWith("v2 is better than v1: Accuracy +");
        panel.Comparison.ShouldNotBeNull().Headline.IsClear.ShouldBeTrue();
        panel.Verdict.ShouldContain($"n = {panel.Comparison.ImageCount} images");
        (panel.Comparison.Wins.Count + panel.Comparison.Ties.Count + panel.Comparison.Losses.Count).ShouldBe(panel.Comparison.ImageCount);
        panel.Overall.ShouldNotBeNull().Series[0].Points[0].Y.ShouldBe(panel.Comparison.Headline.Difference * 100);
        (panel.Health == Health.Watch).ShouldBe(panel.Verdict.Contains("It is clearly worse in the ", StringComparison.Ordinal));
        panel.Losses.ShouldAllBe(one => one.OutcomeB < one.OutcomeA);
        panel.Wins.Select(one => one.OutcomeB - one.OutcomeA).ShouldBe(panel.Wins.Select(one => one.OutcomeB - one.OutcomeA).OrderDescending());
    }

    [Fact]
    public async Task LoadCompare_WithoutAChoice_ComparesTheNewestWithTheOneBefore()
    {
        ComparePanel panel = await LoadAsync("parcel-sorter", new CompareQuery());

        (panel.A!.Number, panel.B!.Number).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData("label-reader", null, null, "fewer")]
    [InlineData("parcel-sorter", 2, 2, "two different")]
    public async Task LoadCompare_OfNothingToCompare_SaysWhy(string slug, int? a, int? b, string reason)
    {
        ComparePanel panel = await LoadAsync(slug, new CompareQuery(a, b));

        panel.Comparison.ShouldBeNull();
        panel.EmptyBecause.ShouldNotBeNull().ShouldContain(reason);
    }

    private async Task<ComparePanel> LoadAsync(string slug, CompareQuery query)
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        return (await ComparePanel.LoadCompareAsync(db, new CompareVersions(new Contexts(story)), slug, query, SampleStory.End, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }

    private sealed class Contexts(StoryDatabase story) : IDbContextFactory<MonitoringDbContext>
    {
        public MonitoringDbContext CreateDbContext() => story.CreateDbContext();
    }
}
