namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Delivers the messages that are due.</summary>
public sealed class DeliverNoticesJob(NoticeDelivery delivery)
{
    public Task RunAsync(CancellationToken cancellationToken) => delivery.DeliverDueAsync(cancellationToken);
}
