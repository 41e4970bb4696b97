namespace VisionMonitor.Vision.Models;

/// <summary>What a model may cost the process that opens it.</summary>
public sealed record AdmissionLimits
{
    /// <summary>The processor time that reading and loading may take, in all threads; four times as long by the clock, as a busy machine is no fault of the model.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The processor time that one inference may take; four times as long by the clock.</summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most memory that the process may hold, in bytes.</summary>
    public long MaxMemoryBytes { get; init; } = 4L * 1024 * 1024 * 1024;
}
