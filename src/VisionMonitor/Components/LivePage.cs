using System.Data.Common;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Live;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

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
    private IDisposable? _subscription;

    [Inject] protected IDbContextFactory<MonitoringDbContext> Contexts { get; set; } = null!;

    [Inject] protected TimeProvider Time { get; set; } = null!;

    [Inject] protected NavigationManager Navigation { get; set; } = null!;

    [Inject] private LiveNoticeStream Notices { get; set; } = null!;

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    /// <summary>Who looks at the page; null when nobody is signed in.</summary>
    protected Caller? Caller { get; private set; }

    /// <summary>Cancelled when the person has left the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>Loads what the page shows.</summary>
    protected abstract Task LoadAsync(MonitoringDbContext db, CancellationToken cancellationToken);

    /// <summary>Whether a notice is about what this page shows.</summary>
    protected virtual bool Concerns(Notice notice) => true;

    /// <summary>Whether the person may do what a role may do; buttons for more are not shown.</summary>
    protected bool May(Role role) => Caller?.Role >= role;

    /// <inheritdoc/>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (Authentication is not null)
        {
            bool wasSignedIn = Caller is not null;
            Caller = Caller.From((await Authentication).User);
            if (wasSignedIn && Caller is null)
            {
                // The login was closed while the page was open: nothing more is loaded for it, and it goes.
                await _gone.CancelAsync();
                Navigation.NavigateTo("/login", forceLoad: true);
                return;
            }
        }

        await ReloadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        // Called only where the page lives on: a page that is drawn once and sent needs no notices.
        _subscription ??= Notices.Subscribe(null, notice => Concerns(notice) ? InvokeAsync(RefreshSoon) : Task.CompletedTask);
    }

    /// <summary>Loads anew and draws.</summary>
    protected async Task RefreshAsync()
    {
        await ReloadAsync();
        StateHasChanged();
    }

    /// <summary>Something changed: loads soon, once for all that arrives until then.</summary>
    protected void RefreshSoon() => _timer ??= Time.CreateTimer(_ => InvokeAsync(RefreshNowAsync), null, Debounce, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _gone.CancelAsync();
        _timer?.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task RefreshNowAsync()
    {
        _timer?.Dispose();
        _timer = null;
        try
        {
            if (!_gone.IsCancellationRequested)
            {
                await RefreshAsync();
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The person left while it loaded.
        }
        catch (DbException)
        {
            // What is shown stays, and its times age; the next notice tries again.
        }
    }

    private async Task ReloadAsync()
    {
        await using MonitoringDbContext db = await Contexts.CreateDbContextAsync(Gone);
        await LoadAsync(db, Gone);
    }
}
