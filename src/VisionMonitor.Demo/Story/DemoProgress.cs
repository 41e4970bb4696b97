namespace VisionMonitor.Demo.Story;

/// <summary>How far the demo's history is; pages show it while it is being computed.</summary>
public sealed class DemoProgress
{
    private int _done;

    /// <summary>Steps done.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Steps in all; 0 before it is known.</summary>
    public int Total { get; internal set; }

    /// <summary>Whether the history of the projects that open first stands.</summary>
    public bool IsFilled { get; internal set; }

    /// <summary>Whether the history of every project stands.</summary>
    public bool IsComplete { get; internal set; }

    internal void Step() => Interlocked.Increment(ref _done);
}
