using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Endpoints;
using VisionMonitor.Vision;
using static Microsoft.Playwright.Assertions;

namespace VisionMonitor.Tests.Pages;

/// <summary>What a person does who comes with a model of the field: real files, through the pages, from the empty project to the first rescored images.</summary>
public sealed class ModelPagesTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 120_000 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Yolo_FromTheEmptyProject_IsDrawnRegisteredAndRescored()
    {
        string model = SharedFolder.Require("real", "models", "trained", "yolov8n_int8_a.onnx");
        string[] pictures = [SharedFolder.Require("real", "images", "yolo", "bus.jpg"), SharedFolder.Require("real", "images", "yolo", "zidane.jpg")];
        await using OpenPage page = await CreateAsync("Street watch", "detection");
        await SendAsync("street-watch", pictures);

        await page.ChooseAsync("ONNX file", model);
        await Expect(page.Page.GetByText("loads and answers")).ToBeVisibleAsync(Patient);
        await Expect(page.Page.Locator(".pane")).ToHaveCountAsync(2, new() { Timeout = 120_000 });
        await Expect(page.Page.GetByText("the project's own images")).ToBeVisibleAsync();

        // The bus where the family's own post-processing finds it: what is drawn is what the model says, in the image's pixels.
        ILocator bus = page.Page.Locator(".pane").Filter(new() { HasText = "bus" });
        await Expect(bus.Locator("svg")).ToHaveAttributeAsync("viewBox", "0 0 810 1080");
        double best = 0;
        foreach (ILocator box in await bus.Locator(".overlay rect").AllAsync())
        {
            best = Math.Max(best, BoxOverlap.IntersectionOverUnion(new BoundingBox(34, 230, 762, 544), new(await NumberAsync(box, "x"), await NumberAsync(box, "y"), await NumberAsync(box, "width"), await NumberAsync(box, "height"))));
        }

        best.ShouldBeGreaterThan(0.9);
        await RegisterAsync(page, "v1 is registered");
        ILocator row = page.Page.Locator("section[aria-label=Versions] tbody tr");
        await Expect(row).ToContainTextAsync("yolov8n_int8_a");
        await Expect(row).ToContainTextAsync("yolo-detection");
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            Project taught = await db.Projects.SingleAsync(project => project.Slug == "street-watch", Cancel);
            (taught.ClassNames.Count, taught.ClassNames[5]).ShouldBe((80, "bus"));
        }

        await row.GetByRole(AriaRole.Button, new() { Name = "Mark as live" }).ClickAsync();
        await Expect(row).ToContainTextAsync("live");
        await RunNowAsync("Street watch");
        await Expect(row).ToContainTextAsync(new Regex(@"\d ms"), new() { Timeout = 120_000 });
        await using MonitoringDbContext after = browser.Door.CreateDbContext();
        Rescore[] scored = await after.Rescores.Where(rescore => after.Images.Any(image => image.Id == rescore.ImageId && after.Projects.Any(project => project.Id == image.ProjectId && project.Slug == "street-watch"))).ToArrayAsync(Cancel);
        scored.Length.ShouldBe(2);
        scored.ShouldAllBe(rescore => rescore.Prediction != null && rescore.Failure == null);
        page.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task SegFormer_InTheDark_IsTintedNamedRegisteredAndRescored()
    {
        string model = SharedFolder.Require("real", "models", "random-weights", "hf_segformer_like.onnx");
        await using OpenPage page = await CreateAsync("Scene map", "semantic segmentation", ColorScheme.Dark);
        await SendAsync("scene-map", SharedFolder.Require("real", "images", "yolo", "zidane.jpg"));

        await page.ChooseAsync("ONNX file", model);
        ILocator pane = page.Page.Locator(".pane");
        await Expect(pane.Locator("figcaption")).ToContainTextAsync("%", new() { Timeout = 120_000 });
        (await pane.Locator("image").GetAttributeAsync("href")).ShouldNotBeNull().Length.ShouldBeGreaterThan(5_000);

        // A link followed in place keeps the theme. Nothing of what a dark page shows may be as bright as paper.
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        (await page.Page.EvaluateAsync<int>("[...document.querySelectorAll('.main input, .main select, .main textarea, .main .card, .main .pane, .main .notice')].filter(one => Math.max(...getComputedStyle(one).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)) > 128).length")).ShouldBe(0);
        ILocator classes = page.Page.GetByLabel("Classes in the order of the outputs");
        string[] names = (await classes.InputValueAsync()).Split('\n');
        await classes.FillAsync(string.Join('\n', names.Select((name, index) => index == 0 ? "inner wall" : name)));
        await page.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("SegFormer b0");

        // Changed, so it must be tried first: until the page has heard of the change, its button is the one of before.
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Register this version" })).ToBeDisabledAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await RegisterAsync(page, "v1 is registered");
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            Project taught = await db.Projects.SingleAsync(project => project.Slug == "scene-map", Cancel);
            (taught.ClassNames.Count, taught.ClassNames[0]).ShouldBe((names.Length, "inner wall"));
        }

        ILocator row = page.Page.Locator("section[aria-label=Versions] tbody tr");
        await Expect(row).ToContainTextAsync("SegFormer b0");
        await RunNowAsync("Scene map");
        await Expect(row).ToContainTextAsync(new Regex(@"\d ms"), new() { Timeout = 120_000 });
        page.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reader_OfThreeFiles_IsPutTogetherOnThePage()
    {
        string Model(string name) => SharedFolder.Require("real", "models", "trained", name + ".onnx");
        string characters = await File.ReadAllTextAsync(SharedFolder.Require("real", "images", "ocr", "dicts", "en_dict.txt"), Cancel);
        await using OpenPage page = await CreateAsync("Sign reader", "text (OCR)");
        await Expect(page.Page.GetByText("No model yet")).ToBeVisibleAsync();
        await SendAsync("sign-reader", SharedFolder.Require("real", "images", "ocr", "scenes", "1997.png"));

        await page.ChooseAsync("ONNX file", Model("ppocr_en_PP-OCRv3_det_infer"));
        await Expect(page.Page.Locator(".pane .overlay path")).ToHaveCountAsync(1, new() { Timeout = 120_000 });
        await page.Page.GetByText("More files").ClickAsync();
        await page.ChooseAsync("recognition", Model("ppocr_en_number_mobile_v2.0_rec_infer"));
        await Expect(page.Page.GetByText("recognition: ppocr_en_number_mobile_v2.0_rec_infer.onnx")).ToBeVisibleAsync(Patient);
        await page.ChooseAsync("direction", Model("ppocr_ch_ppocr_mobile_v2.0_cls_infer"));
        await Expect(page.Page.GetByText("direction: ppocr_ch_ppocr_mobile_v2.0_cls_infer.onnx")).ToBeVisibleAsync(Patient);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeEnabledAsync(new() { Timeout = 120_000 });

        await page.Page.GetByLabel("Classes in the order of the outputs").FillAsync(characters);
        await page.HearAsync("Classes in the order of the outputs", "The contract was changed");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.Page.Locator(".pane .overlay text")).ToContainTextAsync("“1997”", new() { Timeout = 120_000 });
        await RegisterAsync(page, "v1 is registered");
        await Expect(page.Page.Locator("section[aria-label=Versions] tbody tr")).ToContainTextAsync("text-lines");
        page.Faults.ShouldBeEmpty();
    }

    /// <summary>Where Tesseract is not installed, the page says so and how to install it; where it is, the contract is a model like any other.</summary>
    [Fact]
    public async Task Tesseract_ByItsContractAlone_IsRefusedWithTheRemedyOrRegistered()
    {
        await using OpenPage page = await CreateAsync("Page reader", "text (OCR)");
        const string Contract = """{ "family": "tesseract", "task": "Text", "tesseract": { "languages": ["eng"] } }""";
        await page.ChooseAsync("ONNX file", new FilePayload { Name = "tesseract.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(Contract) });

        ILocator refused = page.Page.GetByRole(AriaRole.Alert);
        await Expect(refused.Or(page.Page.Locator(".pane")).First).ToBeVisibleAsync(Patient);
        if (await refused.CountAsync() > 0)
        {
            await Expect(refused).ToContainTextAsync("apt-get install tesseract-ocr");
            await Expect(refused).ToContainTextAsync("program_not_installed");
            return;
        }

        await RegisterAsync(page, "v1 is registered");
        await Expect(page.Page.Locator("section[aria-label=Versions] tbody tr")).ToContainTextAsync("tesseract");
    }

    /// <summary>Which classes are ground is ticked by a person; what is known of past runs is written anew, and the time line offers both groups.</summary>
    [Fact]
    public async Task Stuff_TickedInTheSettings_IsToldApartFromThings()
    {
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            db.Add(new Project { Slug = "hub-floor", Name = "Hub floor", Task = VisionTask.Panoptic, ClassNames = ["carton", "floor", "wall"], StuffClassNames = ["wall"] });
            await db.SaveChangesAsync(Cancel);
        }

        await using OpenPage page = await browser.OpenAsync("/projects/hub-floor/settings");
        ILocator form = page.Page.Locator("#stuff");
        await Expect(form.GetByLabel("wall")).ToBeCheckedAsync();
        await Expect(form.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeDisabledAsync();
        await form.GetByLabel("floor").CheckAsync();
        await Expect(form.GetByRole(AriaRole.Status)).ToContainTextAsync("2 of 3 are stuff; not saved yet.");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");

        await using MonitoringDbContext after = browser.Door.CreateDbContext();
        Project project = await after.Projects.SingleAsync(one => one.Slug == "hub-floor", Cancel);
        project.StuffClassNames.ShouldBe(["floor", "wall"]);
        (await after.AuditEntries.SingleAsync(entry => entry.Action == "stuff.chosen", Cancel)).Detail.ShouldBe("floor, wall");
        HeadlineMetric.Choices(project).ShouldContain(MetricNames.PanopticQualityOfThings);
        page.Faults.ShouldBeEmpty();

        await using OpenPage watched = await browser.OpenAsync("/projects/hub-floor/settings", Role.Viewer);
        await Expect(watched.Page.Locator("#stuff").GetByLabel("floor")).ToBeDisabledAsync();
        await Expect(watched.Page.Locator("#stuff").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task SecondLook_TickedInTheSettings_IsKeptAndAViewerMayOnlySeeIt()
    {
        await using (MonitoringDbContext db = browser.Door.CreateDbContext())
        {
            db.Add(new Project { Slug = "looks-twice", Name = "Looks twice", Task = VisionTask.Detection, ClassNames = ["carton"] });
            await db.SaveChangesAsync(Cancel);
        }

        await using OpenPage page = await browser.OpenAsync("/projects/looks-twice/settings");
        ILocator form = page.Page.Locator("#second-looks");
        await form.GetByLabel("Look twice").CheckAsync();
        await Expect(form.GetByRole(AriaRole.Status)).ToContainTextAsync("a labelled baseline is needed first");
        await using OpenPage watched = await browser.OpenAsync("/projects/looks-twice/settings", Role.Viewer);
        await Expect(watched.Page.Locator("#second-looks").GetByLabel("Look twice")).ToBeCheckedAsync();
        await Expect(watched.Page.Locator("#second-looks").GetByLabel("Look twice")).ToBeDisabledAsync();

        await using MonitoringDbContext after = browser.Door.CreateDbContext();
        (await after.Projects.SingleAsync(one => one.Slug == "looks-twice", Cancel)).HasSecondLooks.ShouldBeTrue();
        (await after.AuditEntries.SingleAsync(entry => entry.Action == "second_looks.chosen", Cancel)).Detail.ShouldBe("on");
        page.Faults.ShouldBeEmpty();
    }

    /// <summary>Creates a project without class names, as its first model knows them; ends on its page Models.</summary>
    private async Task<OpenPage> CreateAsync(string name, string task, ColorScheme colors = ColorScheme.Light)
    {
        OpenPage page = await browser.OpenAsync("/projects/new", colors: colors);
        await page.Page.GetByLabel("Name").FillAsync(name);
        await page.Page.GetByLabel("Task").SelectOptionAsync(new SelectOptionValue { Label = task });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex("/models$"));
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync(name);
        return page;
    }

    private async Task SendAsync(string slug, params string[] files)
    {
        await using MonitoringDbContext db = browser.Door.CreateDbContext();
        long project = await db.Projects.Where(project => project.Slug == slug).Select(project => project.Id).SingleAsync(Cancel);
        using HttpClient sender = await browser.Door.AsAsync(Role.Editor);
        string capturedAt = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture);
        foreach (string file in files)
        {
            using MultipartFormDataContent form = Answers.Form(await File.ReadAllBytesAsync(file, Cancel), $$"""{"clientId":"{{Path.GetFileName(file)}}","capturedAt":"{{capturedAt}}"}""");
            await sender.PostAsync($"/api/v1/projects/{project}/images", form, Cancel).ShouldBeAsync(System.Net.HttpStatusCode.Created);
        }
    }

    private static async Task RegisterAsync(OpenPage page, string said)
    {
        ILocator register = page.Page.GetByRole(AriaRole.Button, new() { Name = "Register this version" });
        await Expect(register).ToBeEnabledAsync(new() { Timeout = 120_000 });
        await register.ClickAsync();
        await Expect(page.Page.GetByText(said)).ToBeVisibleAsync(Patient);
    }

    private async Task RunNowAsync(string name)
    {
        await using OpenPage jobs = await browser.OpenAsync("/jobs");
        await jobs.Page.GetByLabel("Project").SelectOptionAsync(new SelectOptionValue { Label = name });
        await jobs.Page.GetByRole(AriaRole.Button, new() { Name = "Add schedule" }).ClickAsync();
        await jobs.Page.Locator("section[aria-label=Schedules] tr", new() { HasText = name }).GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await Expect(jobs.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "is planned" })).ToBeVisibleAsync();
    }

    private static async Task<double> NumberAsync(ILocator shape, string attribute) => double.Parse((await shape.GetAttributeAsync(attribute)).ShouldNotBeNull(), CultureInfo.InvariantCulture);
}
