using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Alerting;

/// <summary>How a rule stands after its newest point.</summary>
public sealed record AlertStanding
{
    /// <summary>Nothing is wrong.</summary>
    public static AlertStanding Normal { get; } = new();

    /// <summary>Pending, Firing or Recovering; null while nothing is wrong.</summary>
    public IncidentState? State { get; init; }

    /// <summary>The first bad point of the fault.</summary>
    public SeriesPoint Start { get; init; }

    /// <summary>When it had been bad for the pending period.</summary>
    public DateTimeOffset? FiredAt { get; init; }

    /// <summary>The first good point of a recovery.</summary>
    public DateTimeOffset? GoodSince { get; init; }

    /// <summary>The point furthest beyond the threshold.</summary>
    public SeriesPoint Worst { get; init; }

    /// <summary>The newest point that counts.</summary>
    public SeriesPoint Latest { get; init; }
}
