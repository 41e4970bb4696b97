namespace VisionMonitor.Monitoring.Alerting;

/// <summary>What came of an attempt to deliver a message.</summary>
public abstract record DeliveryResult
{
    /// <summary>The receiver said yes.</summary>
    /// <param name="Note">What is worth telling all the same, such as one of several recipients that was refused.</param>
    public sealed record Delivered(string? Note = null) : DeliveryResult;

    /// <summary>It may work later.</summary>
    /// <param name="Reason">In a sentence.</param>
    /// <param name="After">When the receiver said how long to wait.</param>
    public sealed record Retry(string Reason, TimeSpan? After = null) : DeliveryResult;

    /// <summary>It will never work as it stands.</summary>
    /// <param name="Reason">In a sentence.</param>
    public sealed record Dead(string Reason) : DeliveryResult;
}
