using System.ComponentModel.DataAnnotations;

namespace VisionMonitor.Monitoring.Alerting;

/// <summary>How messages leave the house.</summary>
public sealed record AlertingOptions
{
    /// <summary>The address under which people reach the pages, for links in messages; null leaves the links out.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>
    /// Destinations inside private networks that an operator allows: host names, addresses, or networks such as
    /// "10.1.0.0/16". Only these may also be spoken to without TLS.
    /// </summary>
    public IReadOnlyList<string> AllowedDestinations { get; init; } = [];

    /// <summary>A receiver that has not answered after this long has not answered.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A message that could not be delivered for this long is given up, visibly.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A deliverer that has not been heard of for this long is taken for dead; its message is free again.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Messages that one channel sends in a minute; what is over waits and is grouped.</summary>
    [Range(1, 1000)]
    public int MessagesPerMinute { get; init; } = 20;
}
