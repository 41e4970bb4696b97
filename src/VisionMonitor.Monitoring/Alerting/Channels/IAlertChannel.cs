namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>A way to tell people. It only delivers: who is told what, and whether it has been, is decided before.</summary>
public interface IAlertChannel
{
    /// <summary>What <see cref="Storage.AlertChannel.Kind"/> says.</summary>
    string Id { get; }

    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>What is wrong with settings, in sentences; empty where they can be saved.</summary>
    Task<IReadOnlyList<string>> CheckAsync(string settings, OutboundNetwork network, CancellationToken cancellationToken);

    /// <summary>Where settings lead, without any secret.</summary>
    string Describe(string settings);

    /// <summary>Delivers a message. A failure is a result; only a stop is an exception.</summary>
    Task<DeliveryResult> DeliverAsync(string settings, AlertMessage message, OutboundNetwork network, CancellationToken cancellationToken);
}
