using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace VisionMonitor.Tests.Pages;

/// <summary>A page in a browser of its own that writes down every fault: errors of scripts, refused sources, failed requests, foreign hosts.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = [];

    public OpenPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _faults.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal) && new Uri(request.Url).Host != "127.0.0.1")
            {
                _faults.Enqueue($"asked another host: {request.Url}");
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _faults.Enqueue($"{response.Status} {response.Url}");
            }
        };
    }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Chooses a file once the page listens, as a person would have to: before that the field is disabled, which Playwright does not wait for here.</summary>
    public async Task ChooseAsync(string label, FilePayload file) => await (await ListeningAsync(label)).SetInputFilesAsync(file);

    /// <inheritdoc cref="ChooseAsync(string, FilePayload)"/>
    public async Task ChooseAsync(string label, string path) => await (await ListeningAsync(label)).SetInputFilesAsync(path);

    /// <summary>Leaves a field and waits until the page has heard of its change: what it draws then may move a button from under the mouse.</summary>
    public async Task HearAsync(string label, string answer)
    {
        await Page.GetByLabel(label).BlurAsync();
        await Assertions.Expect(Page.GetByText(answer)).ToBeVisibleAsync();
    }

    private async Task<ILocator> ListeningAsync(string label)
    {
        ILocator field = Page.GetByLabel(label, new() { Exact = true });
        await Assertions.Expect(field).ToBeEnabledAsync();
        return field;
    }

    public ValueTask DisposeAsync() => new(_context.CloseAsync());
}
