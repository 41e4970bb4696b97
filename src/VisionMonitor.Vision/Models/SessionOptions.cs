namespace VisionMonitor.Vision.Models;

/// <summary>How a network is run.</summary>
public sealed record SessionOptions
{
    /// <summary>
    /// Threads that one inference may use. Use 1 with one session per core (a worker with several), the core count with one session.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Whether idle threads burn their core while they wait. On a machine that does anything else, spinning costs twice the CPU per
    /// image and up to six times the time.
    /// </summary>
    public bool AllowSpinning { get; init; }
}
