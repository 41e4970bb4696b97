using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Tests.Panels;

public sealed class ImagesPanelTests(StoryDatabase story)
{
    [Fact]
    public async Task LoadImages_PageByPage_ShowsEveryImageOnceNewestFirst()
    {
        List<ImageTile> seen = [];
        string? after = null;
        do
        {
            ImagesPanel page = await LoadAsync(new ImagesQuery(After: after));
            seen.AddRange(page.Tiles);
            after = page.Next;
        }
        while (after is not null);

        seen.Count.ShouldBe(120);
        seen.Select(tile => tile.Id).Distinct().Count().ShouldBe(120);
        seen.Select(tile => tile.CapturedAt).ShouldBe(seen.Select(tile => tile.CapturedAt).OrderDescending());
    }

    [Fact]
    public async Task LoadImages_WrongOnly_ShowsOnlyImagesThatTheVersionGotWrong()
    {
        ImagesPanel first = await LoadAsync(new ImagesQuery(WrongOnly: true, Version: 1));
        ImagesPanel second = await LoadAsync(new ImagesQuery(WrongOnly: true, Version: 2));

        first.Tiles.ShouldAllBe(tile => tile.Overlay.IsWrong == true);
        second.Tiles.Count.ShouldBeInRange(1, first.Tiles.Count - 1);
    }

    [Fact]
    public async Task LoadImages_OfAClassAndCamera_FitBoth()
    {
        ImagesPanel panel = await LoadAsync(new ImagesQuery(Camera: "cam-2", ClassIndex: 4));

        panel.Tiles.ShouldNotBeEmpty();
        panel.Tiles.ShouldAllBe(tile => tile.Camera == "cam-2" && tile.Overlay.Objects.Any(one => one.TruthBox != null && one.ClassName == "tyre"));
    }

    [Fact]
    public async Task LoadImages_OfARunWorstFirst_OrdersByScore()
    {
        ImagesPanel panel = await LoadAsync(new ImagesQuery(RunId: 96, WorstFirst: true));

        panel.Tiles.Count.ShouldBe(24);
        panel.Tiles.Select(tile => tile.Score).ShouldBe(panel.Tiles.Select(tile => tile.Score).Order());
    }

    [Theory]
    [InlineData("not-a-cursor")]
    [InlineData("9999999999999999999-1")]
    [InlineData("-1")]
    public async Task LoadImages_AfterAForgedCursor_StartsAtTheNewest(string after) =>
        (await LoadAsync(new ImagesQuery(After: after))).Tiles[0].CapturedAt.ShouldBe(SampleStory.End);

    [Fact]
    public async Task LoadImage_OfTheStory_SaysWhatEachVersionSaid()
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        ImageDetailPanel panel = (await ImageDetailPanel.LoadImageAsync(db, "parcel-detector", 5, 1, TestContext.Current.CancellationToken)).ShouldNotBeNull();

        panel.Answers.Select(answer => answer.Number).ShouldBe([1, 2]);
        panel.Answers[0].Milliseconds.ShouldNotBeNull().ShouldBe(8.6, 1e-9);
        (panel.NewerId, panel.OlderId).ShouldBe((4L, 6L));
        panel.Overlay.Objects.Count(one => one.TruthBox is not null).ShouldBe(((DetectionTruth)Truth.FromJson(db.Labels.Single(label => label.ImageId == 5).Truth)).Boxes.Count);
    }

    [Fact]
    public async Task LoadImage_OfAnotherProject_IsNull()
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        (await ImageDetailPanel.LoadImageAsync(db, "parcel-sorter", 5, null, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    private async Task<ImagesPanel> LoadAsync(ImagesQuery query)
    {
        await using MonitoringDbContext db = story.CreateDbContext();
        return (await ImagesPanel.LoadImagesAsync(db, "parcel-detector", query, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }
}
