using System.Collections.Concurrent;
using System.Threading.Channels;

namespace VisionMonitor.Live;

/// <summary>The same notices inside this process, for pages that live on the server.</summary>
public sealed partial class LiveNoticeStream(ILogger<LiveNoticeStream> logger)
{
    // A page that is this far behind reloads everything with the next notice anyway.
    private const int MostWaiting = 64;

    private readonly ConcurrentDictionary<Subscription, byte> _subscriptions = [];

    /// <summary>Calls back for every notice of a project (or of all projects for null) until the subscription is disposed.</summary>
    /// <param name="projectId">The project; null for all. Notices without a project reach everybody.</param>
    /// <param name="handle">Called on a background thread, one notice at a time; a component hops to its own with <c>InvokeAsync</c>.</param>
    public IDisposable Subscribe(long? projectId, Func<Notice, Task> handle)
    {
        Subscription subscription = new(this, projectId, handle);
        _subscriptions.TryAdd(subscription, 0);
        _ = subscription.ListenAsync();
        return subscription;
    }

    /// <summary>Hands a notice to every subscriber that watches its project. A slow one holds up nobody.</summary>
    internal void Publish(Notice notice)
    {
        foreach (Subscription subscription in _subscriptions.Keys)
        {
            subscription.Offer(notice);
        }
    }

    [LoggerMessage(LogLevel.Debug, "A subscriber could not take a notice")]
    private partial void LogDeaf(Exception error);

    private sealed class Subscription(LiveNoticeStream stream, long? projectId, Func<Notice, Task> handle) : IDisposable
    {
        private readonly Channel<Notice> _waiting = Channel.CreateBounded<Notice>(new BoundedChannelOptions(MostWaiting)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });

        public void Offer(Notice notice)
        {
            if (projectId is null || notice.ProjectId is null || projectId == notice.ProjectId)
            {
                _waiting.Writer.TryWrite(notice);
            }
        }

        public async Task ListenAsync()
        {
            await foreach (Notice notice in _waiting.Reader.ReadAllAsync())
            {
                try
                {
                    await handle(notice);
                }
                catch (Exception error)
                {
                    // A page that is being closed may fail once; the next notice may still reach one that is not.
                    stream.LogDeaf(error);
                }
            }
        }

        public void Dispose()
        {
            stream._subscriptions.TryRemove(this, out _);
            _waiting.Writer.TryComplete();
        }
    }
}
