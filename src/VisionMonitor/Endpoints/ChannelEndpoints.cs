using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Ways to tell people. Their settings are taken in and never given out again: only where they lead is shown.</summary>
internal static class ChannelEndpoints
{
    public static void MapChannels(this RouteGroupBuilder api)
    {
        RouteGroupBuilder channels = api.MapGroup("/channels").WithTags("Channels");
        channels.MapGet("", ListAsync).WithMetadata(new FiltersByProject()).WithSummary("The channels and where each leads, without secrets");
        channels.MapPost("", CreateAsync).For(Role.Admin).WithSummary("Create a channel of kind webhook or email; its settings are checked first");
        channels.MapDelete("/{channelId:long}", DeleteAsync).For(Role.Admin).WithSummary("Delete a channel with the messages that it still owed");
        channels.MapPost("/{channelId:long}/test", TestAsync).For(Role.Editor).WithSummary("Send a trial message at once");
    }

    private static async Task<Ok<List<ChannelView>>> ListAsync(Caller caller, ChannelSettingsProtector settings, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        List<AlertChannel> rows = await db.AlertChannels.AsNoTracking()
            .Where(channel => caller.ProjectId == null || channel.ProjectId == caller.ProjectId).OrderBy(channel => channel.Name).ToListAsync(cancellationToken);
        return TypedResults.Ok(rows.ConvertAll(channel => ChannelView.Of(channel, settings)));
    }

    private static async Task<Results<Created<ChannelView>, ProblemHttpResult>> CreateAsync(
        ChannelOrder order, Caller caller, ChannelSettingsProtector settings, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        string text = order.Settings.GetRawText();
        if (await settings.CheckAsync(order.Kind, text, cancellationToken) is { Count: > 0 } problems)
        {
            return Problem.Invalid("invalid_channel", string.Join(' ', problems));
        }

        if (order.ProjectId is { } project && !await db.Projects.AnyAsync(row => row.Id == project, cancellationToken))
        {
            return Problem.NotFound("project", project);
        }

        AlertChannel channel = new() { Name = order.Name, Kind = order.Kind, ProjectId = order.ProjectId, ProtectedSettings = settings.Protect(text) };
        db.AlertChannels.Add(channel);
        db.Record(caller, time.GetUtcNow(), "channel.created", order.ProjectId, $"{channel.Name} ({channel.Kind})");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/channels/{channel.Id}", ChannelView.Of(channel, settings));
    }

    private static async Task<NoContent> DeleteAsync(long channelId, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        AlertChannel channel = await db.AlertChannels.SingleAsync(channel => channel.Id == channelId, cancellationToken);
        db.AlertChannels.Remove(channel);
        db.Record(caller, time.GetUtcNow(), "channel.deleted", channel.ProjectId, $"{channel.Name} ({channel.Kind})");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<TrialView>> TestAsync(long channelId, NoticeDelivery delivery, CancellationToken cancellationToken) =>
        TypedResults.Ok(TrialView.Of(await delivery.SendTestAsync(channelId, cancellationToken)));
}

/// <summary>What a channel shall be.</summary>
public sealed record ChannelOrder
{
    [Required, StringLength(200)]
    public required string Name { get; init; }

    /// <summary>"webhook" or "email".</summary>
    [Required, StringLength(32)]
    public required string Kind { get; init; }

    /// <summary>The project whose incidents it tells of; leave it out for all.</summary>
    public long? ProjectId { get; init; }

    /// <summary>The kind's settings; write-only.</summary>
    public required JsonElement Settings { get; init; }
}

/// <summary>A channel without its settings.</summary>
internal sealed record ChannelView(long Id, string Name, string Kind, long? ProjectId, bool IsEnabled, string LeadsTo)
{
    public static ChannelView Of(AlertChannel channel, ChannelSettingsProtector settings) =>
        new(channel.Id, channel.Name, channel.Kind, channel.ProjectId, channel.IsEnabled, settings.Describe(channel));
}

/// <summary>What came of a trial message.</summary>
internal sealed record TrialView(bool IsDelivered, string? Reason)
{
    public static TrialView Of(DeliveryResult result) => result switch
    {
        DeliveryResult.Delivered delivered => new TrialView(true, delivered.Note),
        DeliveryResult.Retry retry => new TrialView(false, retry.Reason),
        DeliveryResult.Dead dead => new TrialView(false, dead.Reason),
        _ => throw new InvalidOperationException("A delivery is delivered, to be tried again, or dead."),
    };
}
