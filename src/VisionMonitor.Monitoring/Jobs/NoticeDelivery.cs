using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Delivers what people are owed, at least once. A notice is claimed by raising its fence and its outcome is written only under
/// that fence; whoever dies in between leaves a lease that runs out. Only a death after the receiver's yes and before our
/// commit delivers twice, under the same identity.
/// </summary>
public sealed class NoticeDelivery(IDbContextFactory<MonitoringDbContext> contexts, AlertMessages messages, ChannelSettingsProtector settings, OutboundNetwork network, MonitoringOptions options, TimeProvider clock)
{
    // More than this many at once, and a channel says them in one message.
    private const int MostSingles = 3;
    private const int MostGrouped = 100;

    private readonly AlertingOptions _options = options.Alerting;

    /// <summary>Delivers what is due. Channels do not wait for each other; a channel that has to wait ends its turn.</summary>
    /// <returns>How many notices reached their receivers.</returns>
    public async Task<int> DeliverDueAsync(CancellationToken cancellationToken)
    {
        List<AlertChannel> channels;
        await using (MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            IQueryable<long> due = Due(context, clock.GetUtcNow()).Select(notice => notice.AlertChannelId);
            channels = await context.AlertChannels.AsNoTracking().Where(channel => channel.IsEnabled && due.Contains(channel.Id)).ToListAsync(cancellationToken);
        }

        int delivered = 0;
        await Parallel.ForEachAsync(channels, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (channel, token) =>
            Interlocked.Add(ref delivered, await DeliverAsync(channel, token)));
        return delivered;
    }

    /// <summary>Sends a trial message at once, past the outbox.</summary>
    /// <exception cref="KeyNotFoundException">There is no such channel.</exception>
    public async Task<DeliveryResult> SendTestAsync(long channelId, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        AlertChannel channel = await context.AlertChannels.AsNoTracking().SingleOrDefaultAsync(row => row.Id == channelId, cancellationToken)
            ?? throw new KeyNotFoundException($"There is no alert channel {channelId}.");
        DateTimeOffset now = clock.GetUtcNow();
        return await SendAsync(channel, new AlertMessage
        {
            Id = $"test-{channel.Id}-{now.ToUnixTimeMilliseconds():x}",
            Transition = AlertMessage.Test,
            ProjectName = "VisionMonitor",
            ProjectSlug = "visionmonitor",
            ChannelName = channel.Name,
            DecidedAt = now,
            Alerts = [new AlertDetail { IncidentId = 0, RuleName = "Test", Severity = "info", Summary = $"This is a test of the channel “{channel.Name}”: alerts will arrive like this.", Metric = "", StartedAt = now }],
            Address = _options.PublicAddress,
        }, cancellationToken);
    }

    private async Task<int> DeliverAsync(AlertChannel channel, CancellationToken cancellationToken)
    {
        int delivered = 0;
        while (true)
        {
            await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
            IReadOnlyList<OutboxNotice> claimed = await ClaimAsync(context, channel, cancellationToken);
            if (claimed.Count == 0)
            {
                return delivered;
            }

            AlertMessage message = await messages.ComposeAsync(context, channel, claimed, cancellationToken);
            DeliveryResult result = await SendAsync(channel, message, cancellationToken);
            await RecordAsync(context, claimed, result, cancellationToken);
            if (result is not DeliveryResult.Delivered)
            {
                return delivered;
            }

            delivered += claimed.Count;
        }
    }

    private async Task<DeliveryResult> SendAsync(AlertChannel channel, AlertMessage message, CancellationToken cancellationToken) =>
        AlertChannels.Find(channel.Kind) is not { } kind ? new DeliveryResult.Dead($"There is no channel of the kind “{channel.Kind}”.")
        : settings.Reveal(channel) is not { } plain ? new DeliveryResult.Dead("The channel's settings cannot be read; enter them again.")
        : await kind.DeliverAsync(plain, message, network, cancellationToken);

    // A recovery waits until its alarm is through, so that nobody reads the end before the beginning.
    private static IQueryable<OutboxNotice> Due(MonitoringDbContext context, DateTimeOffset now) =>
        context.OutboxNotices.Where(notice => notice.State == OutboxState.Waiting && notice.NextTryAt <= now && (notice.LeaseUntil == null || notice.LeaseUntil < now)
            && (notice.Transition == IncidentChange.Fired || !context.OutboxNotices.Any(first => first.IncidentId == notice.IncidentId
                && first.AlertChannelId == notice.AlertChannelId && first.Transition == IncidentChange.Fired && first.State == OutboxState.Waiting)));

    private async Task<IReadOnlyList<OutboxNotice>> ClaimAsync(MonitoringDbContext context, AlertChannel channel, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset minuteAgo = now.AddMinutes(-1);
        int sent = await context.OutboxNotices.Where(notice => notice.AlertChannelId == channel.Id && notice.DeliveredAt > minuteAgo).Select(notice => notice.DeliveredAt).Distinct().CountAsync(cancellationToken);
        if (sent >= _options.MessagesPerMinute)
        {
            return [];
        }

        var due = await Due(context, now).Where(notice => notice.AlertChannelId == channel.Id)
            .Join(context.Incidents, notice => notice.IncidentId, incident => incident.Id, (notice, incident) => new { Notice = notice, incident.ProjectId })
            .OrderBy(row => row.Notice.NextTryAt).ThenBy(row => row.Notice.Id).Take(MostGrouped).AsNoTracking().ToListAsync(cancellationToken);
        var alike = due.Where(row => row.ProjectId == due[0].ProjectId && row.Notice.Transition == due[0].Notice.Transition).ToList();
        List<OutboxNotice> claimed = [];
        foreach (OutboxNotice notice in alike.Take(alike.Count > MostSingles ? MostGrouped : 1).Select(row => row.Notice))
        {
            int won = await context.OutboxNotices.Where(row => row.Id == notice.Id && row.Fence == notice.Fence && row.State == OutboxState.Waiting).ExecuteUpdateAsync(
                update => update
                    .SetProperty(row => row.LeaseUntil, now + _options.Lease)
                    .SetProperty(row => row.Fence, row => row.Fence + 1)
                    .SetProperty(row => row.Attempts, row => row.Attempts + 1),
                cancellationToken);
            if (won == 1)
            {
                (notice.Fence, notice.Attempts) = (notice.Fence + 1, notice.Attempts + 1);
                claimed.Add(notice);
            }
        }

        return claimed;
    }

    private async Task RecordAsync(MonitoringDbContext context, IReadOnlyList<OutboxNotice> claimed, DeliveryResult result, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long incidentId = claimed[0].IncidentId;
        long projectId = await context.Incidents.Where(incident => incident.Id == incidentId).Select(incident => incident.ProjectId).SingleAsync(cancellationToken);
        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (OutboxNotice notice in claimed)
        {
            (OutboxState state, DateTimeOffset next, string? error) = Outcome(notice, result, now);
            DateTimeOffset? deliveredAt = state == OutboxState.Delivered ? now : null;
            int written = await context.OutboxNotices.Where(row => row.Id == notice.Id && row.Fence == notice.Fence).ExecuteUpdateAsync(
                update => update
                    .SetProperty(row => row.State, state)
                    .SetProperty(row => row.NextTryAt, next)
                    .SetProperty(row => row.DeliveredAt, deliveredAt)
                    .SetProperty(row => row.LastError, error)
                    .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken);
            if (written == 1)
            {
                context.LiveNotices.Add(new LiveNotice { ProjectId = projectId, Kind = NoticeKinds.IncidentChanged, SubjectId = notice.IncidentId, CreatedAt = now });
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private (OutboxState State, DateTimeOffset Next, string? Error) Outcome(OutboxNotice notice, DeliveryResult result, DateTimeOffset now)
    {
        switch (result)
        {
            case DeliveryResult.Delivered delivered:
                return (OutboxState.Delivered, now, Short(delivered.Note));
            case DeliveryResult.Retry retry:
                DateTimeOffset next = now + DeliveryPlan.Wait(notice.Attempts, now - notice.CreatedAt, retry.After);
                return next - notice.CreatedAt <= _options.GiveUpAfter
                    ? (OutboxState.Waiting, next, Short(retry.Reason))
                    : (OutboxState.Dead, now, Short($"Given up after {notice.Attempts} attempts: {retry.Reason}"));
            default:
                return (OutboxState.Dead, now, Short(((DeliveryResult.Dead)result).Reason));
        }
    }

    private static string? Short(string? text) => text is { Length: > 500 } ? text[..499] + "…" : text;
}
