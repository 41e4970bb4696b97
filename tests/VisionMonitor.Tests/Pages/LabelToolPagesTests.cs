using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Monitoring.Tests.LabelTools;
using static Microsoft.Playwright.Assertions;

namespace VisionMonitor.Tests.Pages;

/// <summary>A project is connected to a label tool by its form, and the queue goes there by its button; the tools are stubs on loopback.</summary>
public sealed class LabelToolPagesTests(Browser browser) : IClassFixture<Browser>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cvat_ConnectedByItsForm_TakesTheQueueByTheButton()
    {
        await using StubCvat cvat = new();
        await using OpenPage settings = await browser.OpenAsync("/projects/parcel-detector/settings");
        ILocator form = settings.Page.Locator("#label-tools");
        await form.GetByLabel("Address").FillAsync(cvat.Url);
        await form.GetByLabel("Access token").FillAsync("wrong.token");
        await form.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not accept the token");
        await form.GetByLabel("Access token").FillAsync(StubCvat.Token);
        await form.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();

        await Expect(form.GetByRole(AriaRole.Button, new() { Name = "Disconnect" })).ToBeVisibleAsync();
        await Expect(form.GetByLabel("Access token")).ToHaveValueAsync("");
        (await settings.Page.ContentAsync()).ShouldNotContain(StubCvat.Token);
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            (await db.LabelTools.SingleAsync(tool => tool.ProjectId == 1 && tool.Kind == "cvat", Cancel)).ProtectedSettings.ShouldNotContain(StubCvat.Token);
        }

        await UnlabelAsync(projectId: 1, count: 3);
        await using OpenPage queue = await browser.OpenAsync("/projects/parcel-detector/label-queue");
        await queue.Page.GetByLabel("Images").FillAsync("3");
        await queue.Page.GetByLabel("Images").BlurAsync();
        await queue.Page.GetByRole(AriaRole.Button, new() { Name = "Ask for these labels" }).ClickAsync();
        await queue.Page.GetByRole(AriaRole.Button, new() { Name = "Send 3 to CVAT" }).ClickAsync();

        ILocator sent = queue.Page.Locator("#tools tbody tr");
        await Expect(sent).ToContainTextAsync("people can label", new() { Timeout = 90_000 });
        StubTask task = cvat.Tasks.Values.ShouldHaveSingleItem();
        (task.Files.Count, task.Annotations is not null).ShouldBe((3, true));
        await Expect(sent).ToContainTextAsync($"CVAT {task.Id}");
        await Expect(queue.Page.GetByRole(AriaRole.Button, new() { Name = "Send 0 to CVAT" })).ToBeDisabledAsync();
        queue.Faults.ShouldBeEmpty();
        settings.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Roboflow_ConnectedByItsForm_SaysWhereItLeadsAndNotAsWhom()
    {
        await using StubRoboflow roboflow = new();
        await using OpenPage settings = await browser.OpenAsync("/projects/parcel-sorter/settings");
        ILocator form = settings.Page.Locator("#label-tools");
        await form.Locator("select").SelectOptionAsync("roboflow");
        await form.GetByLabel("Workspace").FillAsync("plant-7");
        await form.GetByLabel("Project", new() { Exact = true }).FillAsync("parcels");
        await form.GetByLabel("Address").FillAsync(roboflow.Url);
        await form.GetByLabel("Private API key").FillAsync("rf_0123456789");
        await form.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();

        await Expect(form.Locator("p").Filter(new() { HasTextRegex = new Regex("^Roboflow 127.0.0.1, plant-7/parcels") })).ToBeVisibleAsync();
        (await settings.Page.ContentAsync()).ShouldNotContain("rf_0123456789");
        await form.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Button, new() { Name = "Disconnect" })).ToHaveCountAsync(0);
        settings.Faults.ShouldBeEmpty();
    }

    /// <summary>The sample story labels everything: some of its images lose their label, so that there is something to ask for.</summary>
    private async Task UnlabelAsync(long projectId, int count)
    {
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        long[] ids = await db.Images.Where(image => image.ProjectId == projectId).OrderByDescending(image => image.CapturedAt).Take(count).Select(image => image.Id).ToArrayAsync(Cancel);
        await db.Images.Where(image => ids.Contains(image.Id)).ExecuteUpdateAsync(set => set.SetProperty(image => image.LabelRevision, 0), Cancel);
    }
}
