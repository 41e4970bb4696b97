namespace VisionMonitor.Vision.Archives;

/// <summary>What an archive may unpack to.</summary>
public sealed record ArchiveLimits
{
    /// <summary>The most entries.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>The most bytes in all, counted while they are unpacked and not believed from the archive.</summary>
    public long MaxBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>The most that one entry may grow.</summary>
    public int MaxRatio { get; init; } = 100;
}
