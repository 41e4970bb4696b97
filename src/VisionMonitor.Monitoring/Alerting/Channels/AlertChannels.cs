namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>Every way to tell people.</summary>
public static class AlertChannels
{
    public static IReadOnlyList<IAlertChannel> All { get; } = [new WebhookChannel(), new EmailChannel()];

    /// <summary>The channel of an id, or null.</summary>
    public static IAlertChannel? Find(string id) => All.FirstOrDefault(channel => channel.Id == id);
}
