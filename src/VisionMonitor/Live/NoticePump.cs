using System.Data.Common;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Live;

/// <summary>
/// Reads the notices that any process wrote and pushes them to this process' viewers. Of many notices about the same
/// thing in one round only the last is sent.
/// </summary>
internal sealed partial class NoticePump(
    DatabaseReadiness database,
    IDbContextFactory<MonitoringDbContext> contexts,
    IHubContext<LiveHub, ILiveViewer> hub,
    LiveNoticeStream stream,
    TimeProvider time,
    ILogger<NoticePump> logger) : BackgroundService
{
    private const int MostAtOnce = 1000;

    // Viewers hear of the same thing at most this often.
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(300);

    // Transactions do not commit in the order of their ids: a smaller id may appear after a greater one.
    private static readonly TimeSpan LatestCommit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private readonly Dictionary<long, DateTimeOffset> _sent = [];
    private long _floor;
    private DateTimeOffset _nextPruning;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        bool started = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!started)
                {
                    await SkipPastAsync(stoppingToken);
                    started = true;
                }

                await PumpAsync(stoppingToken);
                await PruneAsync(stoppingToken);
            }
            catch (Exception error) when (error is DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
            {
                // The database may go and come back; the pump outlives it.
                LogMissed(error.Message);
            }

            await Task.Delay(Round, time, stoppingToken);
        }
    }

    private async Task SkipPastAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        _floor = await context.LiveNotices.MaxAsync(row => (long?)row.Id, cancellationToken) ?? 0;
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        List<Notice> rows = await context.LiveNotices.AsNoTracking()
            .Where(row => row.Id > _floor)
            .OrderBy(row => row.Id)
            .Select(row => new Notice(row.Id, row.Kind, row.ProjectId, row.SubjectId, row.CreatedAt))
            .Take(MostAtOnce)
            .ToListAsync(cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        IEnumerable<Notice> fresh = rows.Where(row => _sent.TryAdd(row.Id, now));
        foreach (Notice notice in Coalesce(fresh))
        {
            await PushAsync(notice);
        }

        // What lies long enough behind us is past every open transaction.
        foreach (long id in _sent.Where(sent => now - sent.Value > LatestCommit || rows.Count == MostAtOnce).Select(sent => sent.Key).ToList())
        {
            _floor = Math.Max(_floor, id);
            _sent.Remove(id);
        }
    }

    /// <summary>The last notice of each (project, kind, subject), in the order of their ids.</summary>
    internal static IEnumerable<Notice> Coalesce(IEnumerable<Notice> notices) =>
        notices.GroupBy(notice => (notice.ProjectId, notice.Kind, notice.SubjectId)).Select(group => group.MaxBy(notice => notice.Id)!).OrderBy(notice => notice.Id);

    private async Task PushAsync(Notice notice)
    {
        stream.Publish(notice);
        await (notice.ProjectId is { } project
            ? hub.Clients.Groups(LiveHub.GroupOf(project), LiveHub.Everything).Notice(notice)
            : hub.Clients.All.Notice(notice));
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now < _nextPruning)
        {
            return;
        }

        _nextPruning = now + TimeSpan.FromMinutes(10);
        DateTimeOffset oldest = now - KeptFor;
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.LiveNotices.Where(row => row.CreatedAt < oldest).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Live notices could not be read: {Reason}")]
    private partial void LogMissed(string reason);
}
