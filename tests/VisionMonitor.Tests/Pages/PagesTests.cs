using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using static Microsoft.Playwright.Assertions;

namespace VisionMonitor.Tests.Pages;

public sealed class PagesTests(Browser browser) : IClassFixture<Browser>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "Overview")]
    [InlineData("/projects/parcel-detector", "Parcel detector")]
    [InlineData("/projects/parcel-sorter", "Parcel sorter")]
    [InlineData("/projects/label-reader", "Label reader")]
    [InlineData("/projects/parcel-detector/images", "Parcel detector")]
    [InlineData("/projects/parcel-sorter/images/130", "Parcel sorter · image 130")]
    [InlineData("/projects/label-reader/images", "Label reader")]
    [InlineData("/projects/label-reader/compare", "Label reader")]
    [InlineData("/projects/parcel-detector/rules", "Parcel detector")]
    [InlineData("/projects/parcel-detector/models", "Parcel detector")]
    [InlineData("/projects/parcel-detector/settings", "Parcel detector")]
    [InlineData("/projects/parcel-detector/drift", "Parcel detector")]
    [InlineData("/projects/label-reader/drift", "Label reader")]
    [InlineData("/projects/parcel-detector/estimates", "Parcel detector")]
    [InlineData("/projects/label-reader/estimates", "Label reader")]
    [InlineData("/projects/parcel-detector/label-queue", "Parcel detector")]
    [InlineData("/projects/label-reader/label-queue", "Label reader")]
    [InlineData("/projects/new", "New project")]
    [InlineData("/alerts", "Alerts")]
    [InlineData("/alerts/1", "Alerts · Embeddings drift")]
    [InlineData("/jobs", "Jobs")]
    [InlineData("/settings", "Settings")]
    public async Task EveryPage_Opened_HasItsHeadingAndNoFault(string path, string heading)
    {
        await using OpenPage page = await browser.OpenAsync(path);

        await Expect(page.Page.Locator("h1")).ToHaveTextAsync(heading);
        page.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/alerts")]
    [InlineData("/alerts/1")]
    [InlineData("/projects/parcel-detector")]
    [InlineData("/projects/parcel-detector/images")]
    [InlineData("/projects/parcel-detector/drift")]
    [InlineData("/projects/parcel-detector/estimates")]
    [InlineData("/projects/parcel-detector/label-queue")]
    [InlineData("/jobs")]
    public async Task Page_OnAPhone_FitsItsWidth(string path)
    {
        await using OpenPage page = await browser.OpenAsync(path, width: 390);

        (await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
    }

    [Fact]
    public async Task Overview_OpenedFirst_StaysBelow300Kilobytes()
    {
        await using OpenPage page = await browser.OpenAsync("/");

        double bytes = await page.Page.EvaluateAsync<double>(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, entry) => sum + entry.encodedBodySize, 0)");

        bytes.ShouldBeInRange(50_000, 300_000);
    }

    [Fact]
    public async Task Overview_OfAFault_LeadsFromTheSentenceToTheIncident()
    {
        await using OpenPage page = await browser.OpenAsync("/");

        ILocator first = page.Page.Locator(".sentence").First;
        await Expect(first).ToContainTextAsync("Drift score rose to 7.31");
        await first.GetByRole(AriaRole.Link, new() { Name = "Open incident" }).ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("/alerts/1$"));
        await Expect(page.Page.Locator(".gallery .tile")).ToHaveCountAsync(6);
    }

    [Fact]
    public async Task Estimates_BySeveralMethods_SayHowTheyAreMadeAndHowFarEachMayBeBelieved()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-sorter/estimates");

        await Expect(page.Page.Locator("dl[aria-label='How it is estimated'] dt")).ToHaveTextAsync(["By agreement", "By some labels", "By second look"]);
        await Expect(page.Page.Locator("dl[aria-label='How it is estimated'] dd").Last).ToContainTextAsync("(test-time augmentation), and what that was worth on the labelled baseline.");
        ILocator record = page.Page.Locator("section[aria-label='Track record']");
        await Expect(record.Locator("th")).ToHaveTextAsync(["Version", "Number", "Estimated by", "Interval held the truth", "Mean error", "With a warning", "Labels to come"]);
        await Expect(record.Locator("tbody tr").Last.Locator("td")).ToHaveTextAsync(["v1", "Accuracy", "second look", "4 of 5 windows", "2.8 points", "1 of 1 held", "2"]);
        await Expect(record.Locator("tbody tr").First.Locator("td")).ToHaveTextAsync(["v2", "Accuracy", "agreement", "6 of 6 windows", "2.0 points", "–", "0"]);

        // The newest run's second look missed, its labels have not all come, and the run before carries a warning.
        ILocator windows = page.Page.Locator("section[aria-label=Windows]");
        await Expect(windows.Locator("th")).ToHaveTextAsync(["Window end", "Version", "Number", "Estimated by", "Estimated", "Measured", "Warning"]);
        await Expect(windows.Locator("tbody tr").Nth(0).Locator("td").Nth(5)).ToHaveTextAsync(new Regex(@"^✓ 0\.\d+$"));
        await Expect(windows.Locator("tbody tr").Nth(1).Locator("td").Nth(5)).ToHaveTextAsync(new Regex(@"^0\.\d+$"));
        await Expect(windows.Locator("tbody tr").Nth(2).Locator("td").Nth(3)).ToHaveTextAsync("second look");
        await Expect(windows.Locator("tbody tr").Nth(2).Locator("td").Nth(5)).ToHaveTextAsync(new Regex(@"^✗ 0\.\d+$"));
        await Expect(windows.Locator("tbody tr").Nth(8).Locator("td").Last).ToHaveTextAsync("The window leaves the calibrated region.");
        await Expect(windows.Locator("tbody tr").Last.Locator("td").Nth(5)).ToHaveTextAsync("no label yet");
        page.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Timeline_UnderTheCursor_ShowsTheSameTimeInEveryChart()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector");
        LocatorBoundingBoxResult chart = (await page.Page.Locator("svg.wide").First.BoundingBoxAsync()).ShouldNotBeNull();

        await page.Page.Mouse.MoveAsync(chart.X + (chart.Width * 0.4f), chart.Y + (chart.Height / 2));

        await Expect(page.Page.Locator(".readout.shown")).ToHaveCountAsync(8);
        IReadOnlyList<string> times = await page.Page.Locator(".readout.shown > span:first-child").AllTextContentsAsync();
        times.Distinct().ShouldHaveSingleItem().ShouldMatch(@"^\d{4}-\d\d-\d\d \d\d:\d\d$");
        (await page.Page.Locator(".readout.shown").First.TextContentAsync()).ShouldNotBeNull().ShouldContain("n = 48");
    }

    [Fact]
    public async Task Timeline_Brushed_ZoomsByItsAddress()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector");
        LocatorBoundingBoxResult chart = (await page.Page.Locator("svg.wide").First.BoundingBoxAsync()).ShouldNotBeNull();

        await page.Page.Mouse.MoveAsync(chart.X + (chart.Width * 0.3f), chart.Y + 60);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(chart.X + (chart.Width * 0.5f), chart.Y + 60);
        await page.Page.Mouse.UpAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex(@"from=.*&to="));
        await Expect(page.Page.GetByText(new Regex(@"^(1|2|3)\d runs"))).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Timeline_PointClicked_LandsOnTheImagesOfThatRun()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector");
        LocatorBoundingBoxResult chart = (await page.Page.Locator("svg.wide").First.BoundingBoxAsync()).ShouldNotBeNull();

        await page.Page.Mouse.ClickAsync(chart.X + (chart.Width * 0.6f), chart.Y + 60);

        await Expect(page.Page).ToHaveURLAsync(new Regex(@"/images\?run=\d+$"));
        await Expect(page.Page.Locator(".gallery .tile")).ToHaveCountAsync(24);
    }

    [Fact]
    public async Task Timeline_ARunFinishes_MovesByItself()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-sorter");
        await Expect(page.Page.Locator(".verdict")).Not.ToContainTextAsync("0.123");

        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        Run last = await db.Runs.AsNoTracking().Where(run => run.ProjectId == 2).OrderByDescending(run => run.WindowEnd).FirstAsync(Cancel);
        Run run = new() { ProjectId = 2, Trigger = "manual", State = RunState.Completed, WindowStart = last.WindowEnd, WindowEnd = last.WindowEnd.AddMinutes(5), PopulationCount = 50, SampleCount = 48, ShardCount = 1, ModelVersionIds = last.ModelVersionIds, PlannedAt = last.PlannedAt, StartedAt = last.StartedAt, CompletedAt = last.CompletedAt, DeadlineAt = last.DeadlineAt };
        db.Add(run);
        await db.SaveChangesAsync(Cancel);
        db.Add(new RunMetric { RunId = run.Id, ModelVersionId = last.ModelVersionIds[1], Metric = MetricNames.Accuracy, Value = 0.123, Low = 0.1, High = 0.146, Count = 48 });
        db.Add(new LiveNotice { ProjectId = 2, Kind = NoticeKinds.RunCompleted, SubjectId = run.Id, CreatedAt = last.PlannedAt });
        await db.SaveChangesAsync(Cancel);

        await Expect(page.Page.Locator(".verdict")).ToContainTextAsync("Accuracy of v2 is 0.123 ± 0.023 (n = 48)");
        await Expect(page.Page.Locator("svg.wide .end-label").First).ToBeVisibleAsync();
        page.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Chart_AsATable_HasTheSameNumbers()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector");
        string newest = (await page.Page.Locator("svg.wide .end-label").First.TextContentAsync()).ShouldNotBeNull().Split(' ')[1];

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Table" }).First.ClickAsync();

        await Expect(page.Page.Locator("figure table tbody tr").First).ToContainTextAsync(newest);
    }

    [Fact]
    public async Task Compare_OfTwoVersions_SaysWhichIsBetterAndShowsTheImages()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-sorter/compare");

        await Expect(page.Page.Locator(".verdict")).ToContainTextAsync("v2 is better than v1: Accuracy +");
        (await page.Page.Locator(".tile").CountAsync()).ShouldBeGreaterThan(6);
        page.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Images_WithTheKeyboard_AreWalkedAndOpened()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector/images");

        await page.Page.Keyboard.PressAsync("j");
        await page.Page.Keyboard.PressAsync("j");
        await Expect(page.Page.Locator(".tile").Nth(1)).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Page.Locator("h1")).ToContainTextAsync("image");
    }

    [Fact]
    public async Task Image_LayerKey_HidesThatLayerOnly()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector/images/5");

        await page.Page.Keyboard.PressAsync("2");
        await Expect(page.Page.Locator("[data-layer=predicted]")).ToBeHiddenAsync();
        await Expect(page.Page.Locator("[data-layer=truth]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Images_WrongOnly_ShowMistakesOnly()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector/images");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Wrong only" }).ClickAsync();

        await Expect(page.Page.Locator(".tile:not(.wrong)")).ToHaveCountAsync(0);
        (await page.Page.Locator(".tile.wrong").CountAsync()).ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Theme_Toggled_IsKept()
    {
        await using OpenPage page = await browser.OpenAsync("/", colors: ColorScheme.Dark);
        ILocator root = page.Page.Locator("html");
        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");

        await page.Page.Locator("[data-theme-toggle]").ClickAsync();
        await page.Page.ReloadAsync();

        await Expect(root).ToHaveAttributeAsync("data-theme", "light");
    }

    [Fact]
    public async Task Certificate_RunInSettings_ShowsEveryLineWithinItsTolerance()
    {
        await using OpenPage page = await browser.OpenAsync("/settings");
        ILocator card = page.Page.Locator("#certificate");
        await Expect(card.GetByRole(AriaRole.Status)).ToHaveTextAsync("Not run since this page was opened.");

        await card.GetByRole(AriaRole.Button, new() { Name = "Run the certificate" }).ClickAsync();

        await Expect(card.GetByRole(AriaRole.Status)).ToHaveTextAsync("Every number lies within its tolerance.", new() { Timeout = 180_000 });
        await Expect(card.Locator("tbody tr").Filter(new() { HasText = "boxes: AP and AR" })).ToContainTextAsync("pycocotools 2.0.11");
        IReadOnlyList<string> results = await card.Locator("tbody td:last-child").AllTextContentsAsync();
        results.Count.ShouldBeGreaterThan(20);
        results.ShouldAllBe(result => result == "equal" || result == "within its tolerance");
        results.Count(result => result == "equal").ShouldBeGreaterThan(20);
        page.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Incident_SeenByAViewer_OffersNoAction()
    {
        await using OpenPage page = await browser.OpenAsync("/alerts/1", Role.Viewer);

        await Expect(page.Page.Locator("h1")).ToContainTextAsync("Embeddings drift");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Silence" })).ToHaveCountAsync(0);
        await Expect(page.Page.GetByRole(AriaRole.Textbox)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Rule_WithAChangedLimit_IsReplayedAtOnceAndSaved()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-sorter/rules");
        ILocator sentence = page.Page.Locator("section[aria-label='Rule editor'] .verdict");

        await page.Page.GetByLabel("Threshold", new() { Exact = true }).FillAsync("0.1");
        await Expect(sentence).ToContainTextAsync("would never have fired");
        await page.Page.GetByLabel("Recovery threshold").FillAsync("0.99");
        await page.Page.GetByLabel("Threshold", new() { Exact = true }).FillAsync("0.98");
        await Expect(sentence).ToContainTextAsync("would have fired");
        await page.Page.GetByLabel("Name").FillAsync("Too strict");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save rule" }).ClickAsync();

        await Expect(page.Page.Locator(".who", new() { HasText = "Too strict" })).ToBeVisibleAsync();
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        (await db.AlertRules.SingleAsync(rule => rule.Name == "Too strict", Cancel)).Threshold.ShouldBe(0.98);
    }

    [Fact]
    public async Task NewProject_Named_IsCreatedAndAsksForItsModel()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/new");

        await page.Page.GetByLabel("Name").FillAsync("Pallet counter, dock 4");
        await page.Page.GetByLabel("Classes in index order").FillAsync("pallet\nforklift");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("/projects/pallet-counter-dock-4/models$"));
        await Expect(page.Page.GetByText("No model yet")).ToBeVisibleAsync();
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        Project project = await db.Projects.SingleAsync(project => project.Slug == "pallet-counter-dock-4", Cancel);
        project.ClassNames.ShouldBe(["pallet", "forklift"]);
        await db.Projects.Where(candidate => candidate.Id == project.Id).ExecuteDeleteAsync(Cancel);
    }

    [Fact]
    public async Task Project_DeletedWithItsAddressTyped_IsGone()
    {
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            db.Add(new Project { Slug = "to-be-deleted", Name = "To be deleted", Task = Vision.VisionTask.Detection, ClassNames = ["box"] });
            await db.SaveChangesAsync(Cancel);
        }

        await using OpenPage page = await browser.OpenAsync("/projects/to-be-deleted/settings");
        ILocator delete = page.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the project" });
        await Expect(delete).ToBeDisabledAsync();
        await page.Page.GetByLabel("to confirm").FillAsync("to-be-deleted");
        await delete.ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("/$"));
        await using MonitoringDbContext after = browser.Door.CreateDbContext();
        (await after.Projects.AnyAsync(project => project.Slug == "to-be-deleted", Cancel)).ShouldBeFalse();
        page.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Model_Dropped_IsTriedCorrectedTriedAgainAndOnlyThenRegistered()
    {
        const string Slug = "dry-run";
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            db.Add(new Project { Slug = Slug, Name = "Dry run", Task = Vision.VisionTask.Detection, ClassNames = ["carton", "mailer", "tube", "polybag", "crate", "drum"] });
            await db.SaveChangesAsync(Cancel);
        }

        await using OpenPage page = await browser.OpenAsync($"/projects/{Slug}/models");
        await page.ChooseAsync("ONNX file", SharedFolder.InRepository("models", "parcel-detector-v2.onnx"));
        await Expect(page.Page.Locator(".pane .overlay rect").First).ToBeAttachedAsync();
        await Expect(page.Page.Locator(".pane")).ToHaveCountAsync(3);
        await Expect(page.Page.GetByText("three scenes of the demo's parcel hub")).ToBeVisibleAsync();

        // Changed: it must be tried before it may be registered. Nothing of it is in the project yet.
        ILocator register = page.Page.GetByRole(AriaRole.Button, new() { Name = "Register this version" });
        await page.Page.GetByLabel("Least confidence").FillAsync("1");
        await page.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("parcels");
        await Expect(register).ToBeDisabledAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.Page.GetByText("nothing found")).ToHaveCountAsync(3);
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            (await db.ModelVersions.AnyAsync(version => version.Name == "parcels", Cancel)).ShouldBeFalse();
        }

        await page.Page.GetByLabel("Least confidence").FillAsync("0.3");
        await page.HearAsync("Least confidence", "The contract was changed");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(register).ToBeEnabledAsync();
        await register.ClickAsync();

        await Expect(page.Page.GetByText("v1 is registered")).ToBeVisibleAsync();
        await using MonitoringDbContext after = browser.Door.CreateDbContext();
        (await after.ModelVersions.SingleAsync(version => version.Name == "parcels", Cancel)).Contract.ShouldContain("\"confidence\": 0.3");
        page.Faults.ShouldBeEmpty();
    }

    /// <summary>A file chosen before the page listens would be lost without a word, so nothing can be chosen until then.</summary>
    [Fact]
    public async Task FileFields_AsFirstSent_AreDisabledUntilThePageListens()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector/models");
        string asSent = await (await page.Page.Context.APIRequest.GetAsync("/projects/parcel-detector/models")).TextAsync();

        string[] fields = [.. Regex.Matches(asSent, "<input[^>]*type=\"file\"[^>]*>").Select(field => field.Value)];
        fields.Length.ShouldBe(2);
        fields.ShouldAllBe(field => field.Contains("disabled", StringComparison.Ordinal));
        await Expect(page.Page.GetByLabel("ONNX file")).ToBeEnabledAsync();
        await Expect(page.Page.GetByLabel("Label file")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Model_ThatIsNone_IsRefusedWithItsCode()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-detector/models");

        await page.ChooseAsync("ONNX file", new FilePayload { Name = "page.onnx", MimeType = "application/octet-stream", Buffer = "<!DOCTYPE html><html></html>"u8.ToArray() });

        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not_a_model");
    }

    [Fact]
    public async Task Rule_Proposed_IsAddedWithOneClick()
    {
        await using OpenPage page = await browser.OpenAsync("/projects/parcel-sorter/rules");
        ILocator proposed = page.Page.Locator("section[aria-label='Proposed rules'] .sentence").First;
        string name = (await proposed.Locator(".who").TextContentAsync()).ShouldNotBeNull();
        await Expect(proposed.Locator(".since")).ToContainTextAsync("in its history");

        await proposed.GetByRole(AriaRole.Button, new() { Name = "Add this rule" }).ClickAsync();

        await Expect(page.Page.Locator("section[aria-label='Rules'] .who", new() { HasText = name })).ToBeVisibleAsync();
        await Expect(page.Page.Locator("section[aria-label='Proposed rules'] .who", new() { HasText = name })).ToHaveCountAsync(0);
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        (await db.AlertRules.CountAsync(rule => rule.Name == name, Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task Channel_Typed_IsRefusedOrAddedWithoutShowingItsSecret()
    {
        await using OpenPage page = await browser.OpenAsync("/settings");
        ILocator channels = page.Page.Locator("#channels");
        await channels.GetByLabel("Name").FillAsync("night shift");
        await channels.GetByLabel("Address").FillAsync("http://169.254.169.254/");
        await channels.GetByLabel("Signing secret").FillAsync("a secret of the test, long enough");
        await channels.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Expect(channels.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();

        await channels.GetByLabel("Address").FillAsync("https://8.8.8.8/hook");
        await channels.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();

        await Expect(channels.Locator(".sentence", new() { HasText = "night shift" }).First).ToContainTextAsync("8.8.8.8");
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        AlertChannel added = await db.AlertChannels.SingleAsync(channel => channel.Name == "night shift", Cancel);
        added.ProtectedSettings.ShouldNotContain("a secret of the test");
        (await page.Page.ContentAsync()).ShouldNotContain("a secret of the test");
    }

    [Fact]
    public async Task Labels_DroppedAsCoco_AreImportedAsTheBaseline()
    {
        long image;
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            Project project = new() { Slug = "label-import", Name = "Label import", Task = Vision.VisionTask.Detection, ClassNames = ["box"] };
            db.Add(project);
            await db.SaveChangesAsync(Cancel);
            Image row = new() { ProjectId = project.Id, ClientId = "a.jpg", Sha256 = new string('0', 64), WidthPixels = 100, HeightPixels = 100 };
            db.Add(row);
            await db.SaveChangesAsync(Cancel);
            image = row.Id;
        }

        await using OpenPage page = await browser.OpenAsync("/projects/label-import/models");
        const string Coco = """{"images":[{"id":1,"file_name":"a.jpg","width":100,"height":100}],"categories":[{"id":1,"name":"box"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[10,10,20,20],"area":400,"iscrowd":0}]}""";
        await page.ChooseAsync("Label file", new FilePayload { Name = "labels.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(Coco[..^1]) });
        await Expect(page.Page.GetByRole(AriaRole.Alert).Locator("code")).ToHaveTextAsync("invalid_json");

        await page.ChooseAsync("Label file", new FilePayload { Name = "labels.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(Coco) });

        await Expect(page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "1 label is new" })).ToBeVisibleAsync();
        await using MonitoringDbContext after = browser.Door.CreateDbContext();
        (await after.Labels.SingleAsync(label => label.ImageId == image, Cancel)).Truth.ShouldContain("detection");
        await after.Projects.Where(project => project.Slug == "label-import").ExecuteDeleteAsync(Cancel);
    }

    [Fact]
    public async Task Page_WhoseLoginIsRevoked_IsClosedWithinAMinute()
    {
        await using OpenPage page = await browser.OpenAsync("/jobs", Role.Editor);
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await db.ApiKeys.Where(key => key.Name == "Editor of a test").ExecuteUpdateAsync(set => set.SetProperty(key => key.RevokedAt, now), Cancel);

        await Expect(page.Page).ToHaveURLAsync(new Regex("/login"));
    }

    [Fact]
    public async Task Incident_Acknowledged_IsWrittenDownWithItsName()
    {
        await using OpenPage page = await browser.OpenAsync("/alerts/1");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();

        await Expect(page.Page.GetByText("acknowledged by Admin of a test", new() { Exact = true })).ToBeVisibleAsync();
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        (await db.Incidents.SingleAsync(incident => incident.Id == 1, Cancel)).AcknowledgedBy.ShouldBe("Admin of a test");
        (await db.AuditEntries.CountAsync(entry => entry.Action == "incident.acknowledged", Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task Schedule_Paused_SaysSo()
    {
        await using OpenPage page = await browser.OpenAsync("/jobs");
        ILocator row = page.Page.Locator("tr", new() { HasText = "Parcel sorter" }).First;

        await row.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();

        await Expect(row).ToContainTextAsync("paused");
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        (await db.Schedules.SingleAsync(schedule => schedule.ProjectId == 2, Cancel)).IsPaused.ShouldBeTrue(string.Create(CultureInfo.InvariantCulture, $"project {2}"));
    }

    [Fact]
    public async Task Schedule_RunNowWithoutAVersion_PlansARunAndSaysWhatIsMissing()
    {
        await using (MonitoringDbContext before = browser.Door.CreateDbContext())
        {
            Project project = new() { Slug = "run-now", Name = "Run now of a test", Task = Vision.VisionTask.Detection, ClassNames = ["box"] };
            before.Add(project);
            await before.SaveChangesAsync(Cancel);
            before.Add(new Schedule { ProjectId = project.Id, Name = "yearly", Cron = "0 0 1 1 *", TimeZone = "Etc/UTC", Window = TimeSpan.FromDays(1), SampleSize = 48, PlannedUntil = TimeProvider.System.GetUtcNow() });
            await before.SaveChangesAsync(Cancel);
        }

        await using OpenPage page = await browser.OpenAsync("/jobs");
        await page.Page.Locator("tr", new() { HasText = "Run now of a test" }).First.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();

        ILocator said = page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "is planned" });
        await Expect(said).ToBeVisibleAsync();
        await Expect(said).ToContainTextAsync("Run now of a test has no active model version yet");
        long id = long.Parse((await said.TextContentAsync())!.Split(' ')[1], CultureInfo.InvariantCulture);
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        (await db.Runs.SingleAsync(run => run.Id == id, Cancel)).Trigger.ShouldBe("manual");
        (await db.AuditEntries.CountAsync(entry => entry.Action == "run.started" && entry.Detail.Contains($"run {id},"), Cancel)).ShouldBe(1);
    }
}
