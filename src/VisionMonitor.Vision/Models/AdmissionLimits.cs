namespace VisionMonitor.Vision.Models;

/// <summary>What a model may cost the process that opens it.</summary>
public sealed record AdmissionLimits
{
    /// <summary>The longest that reading and loading may take.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest that one inference may take.</summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most memory that the process may hold, in bytes.</summary>
    public long MaxMemoryBytes { get; init; } = 4L * 1024 * 1024 * 1024;
}
