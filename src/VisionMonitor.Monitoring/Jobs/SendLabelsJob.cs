using Hangfire;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Sends a batch of label requests to its tool.</summary>
// The exchange takes up what failed; why it failed is on the batch.
[AutomaticRetry(Attempts = 0)]
public sealed class SendLabelsJob(LabelExchange exchange)
{
    public Task RunAsync(long sentId, CancellationToken cancellationToken) => exchange.SendAsync(sentId, cancellationToken);
}
