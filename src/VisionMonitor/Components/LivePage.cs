using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Components;

/// <summary>
/// A page that is loaded before it is drawn, so that nothing flashes, and loaded again when a notice says that what it
/// shows has changed.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    // Notices come in bursts while a run ends; a person sees one change.
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _gone = new();
    private ITimer? _timer;

    [Inject] protected IDbContextFactory<MonitoringDbContext> Contexts { get; set; } = null!;

    [Inject] protected TimeProvider Time { get; set; } = null!;

    [Inject] protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>Cancelled when the person has left the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>Loads what the page shows.</summary>
    protected abstract Task LoadAsync(MonitoringDbContext db, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await ReloadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Loads anew and draws.</summary>
    protected async Task RefreshAsync()
    {
        await ReloadAsync();
        StateHasChanged();
    }

    /// <summary>Something changed: loads soon, once for all that arrives until then.</summary>
    protected void RefreshSoon() => _timer ??= Time.CreateTimer(_ => InvokeAsync(async () =>
    {
        _timer?.Dispose();
        _timer = null;
        if (!_gone.IsCancellationRequested)
        {
            await RefreshAsync();
        }
    }), null, Debounce, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _timer?.Dispose();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task ReloadAsync()
    {
        await using MonitoringDbContext db = await Contexts.CreateDbContextAsync(Gone);
        await LoadAsync(db, Gone);
    }
}
