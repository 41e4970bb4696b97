using System.ComponentModel.DataAnnotations;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>How patient we are with label tools.</summary>
public sealed record LabelToolOptions
{
    /// <summary>A request that has no answer after this long has none; uploads and downloads of one file included.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a request is tried whose failure may pass (no connection, 408, 429, 5xx).</summary>
    [Range(1, 10)]
    public int Attempts { get; init; } = 4;

    /// <summary>Wait before the second attempt; four times as long before each further one.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Wait between two looks at work that the tool does in the background.</summary>
    public TimeSpan PollWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Looks after which such work is left for later.</summary>
    [Range(1, 10_000)]
    public int MostPolls { get; init; } = 300;

    /// <summary>Bytes of the largest label file that is fetched.</summary>
    [Range(1, 1L << 33)]
    public long MaximumFileBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Attempts after which a batch that cannot be sent is given up, visibly; its images return to the queue.</summary>
    [Range(1, 100)]
    public int AttemptsPerBatch { get; init; } = 5;

    /// <summary>A sender that has not been heard of for this long is taken for dead; its batch is free again.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(30);
}
