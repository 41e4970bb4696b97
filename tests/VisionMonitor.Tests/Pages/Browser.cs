using Microsoft.Playwright;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Tests.Hosting;
using VisionMonitor.Tests.Panels;

namespace VisionMonitor.Tests.Pages;

/// <summary>A real door with the sample story, and a real browser before it.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    // Milliseconds for an action and for what is expected after it: a loaded machine is not a fault of the page, and
    // Playwright expects things within 5 s where nobody says otherwise.
    private const float Patience = 60_000;

    // The door lets in only so many logins a minute, as it should.
    private readonly Dictionary<Role, string> _sessions = [];
    private readonly SemaphoreSlim _login = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal OpenDoor Door { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            return;
        }

        // Label tools of the tests answer on loopback, which only an operator can allow.
        Door = await OpenDoor.StartAsync(new() { ["VisionMonitor:Monitoring:Alerting:AllowedDestinations:0"] = "127.0.0.1" });
        await using (MonitoringDbContext db = Door.CreateDbContext())
        {
            await SampleStory.FillAsync(db, new BlobStore(Path.Combine(Door.Folder, "blobs")), TestContext.Current.CancellationToken, TimeProvider.System.GetUtcNow());
        }

        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
    }

    /// <summary>A signed-in page; what goes wrong in it is written into <see cref="OpenPage.Faults"/>.</summary>
    internal async Task<OpenPage> OpenAsync(string path, Role role = Role.Admin, int width = 1280, ColorScheme colors = ColorScheme.Light)
    {
        Assert.SkipUnless(_browser is not null, $"skipped: there is no browser at {Chromium}");
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Door.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = colors,
            StorageState = await SessionAsync(_browser, role),
        });
        context.SetDefaultTimeout(Patience);
        OpenPage page = new(context, await context.NewPageAsync());
        await page.Page.GotoAsync(path);
        await page.Page.Locator("[data-live][data-state=live]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        return page;
    }

    private async Task<string> SessionAsync(IBrowser browser, Role role)
    {
        await _login.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_sessions.TryGetValue(role, out string? session))
            {
                IssuedKey token = await Door.IssueAsync(new KeyOrder($"{role} of a test", role, IsOneTime: true));
                await using IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = Door.Address.ToString() });
                await (await context.NewPageAsync()).GotoAsync($"/login?token={token.Secret}&returnUrl=/settings");
                _sessions[role] = session = await context.StorageStateAsync();
            }

            return session;
        }
        finally
        {
            _login.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _login.Dispose();
        if (Door is not null)
        {
            await Door.DisposeAsync();
        }
    }
}
