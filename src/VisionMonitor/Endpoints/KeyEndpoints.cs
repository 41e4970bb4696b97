using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Keys, and who the caller is.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this RouteGroupBuilder api)
    {
        RouteGroupBuilder keys = api.MapGroup("").WithTags("Keys");
        keys.MapGet("/session", GetSession).WithMetadata(new FiltersByProject()).WithSummary("Who the caller is; and for browsers the token that changes by cookie must carry in X-CSRF-TOKEN");
        keys.MapGet("/keys", ListAsync).For(Role.Admin).WithSummary("All keys, without their secrets");
        keys.MapPost("/keys", IssueAsync).For(Role.Admin).WithSummary("Make a key; its secret is in this answer and never again");
        keys.MapDelete("/keys/{keyId:long}", RevokeAsync).For(Role.Admin).WithSummary("Revoke a key and every login that came from it, at once");
    }

    private static Ok<SessionView> GetSession(Caller caller, HttpContext context, IAntiforgery antiforgery) => TypedResults.Ok(new SessionView(
        caller.Name, caller.Role, caller.ProjectId, ApiKeyScheme.IsCarriedBy(context.Request) ? null : antiforgery.GetAndStoreTokens(context).RequestToken));

    private static async Task<Ok<List<KeyView>>> ListAsync(MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.ApiKeys.AsNoTracking().OrderByDescending(key => key.Id).Take(1000).Select(key => KeyView.Of(key)).ToListAsync(cancellationToken));

    private static async Task<Results<Created<NewKeyView>, ProblemHttpResult>> IssueAsync(
        NewKey wanted, Caller caller, KeyCabinet keys, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (wanted.ExpiresAt <= time.GetUtcNow())
        {
            return Problem.Invalid("expires_in_the_past", "expiresAt lies in the past.");
        }

        if (wanted.ProjectId is { } project && !await db.Projects.AnyAsync(row => row.Id == project, cancellationToken))
        {
            return Problem.NotFound("project", project);
        }

        IssuedKey issued = await keys.IssueAsync(new KeyOrder(wanted.Name, wanted.Role, wanted.ProjectId, wanted.IsOneTime, wanted.ExpiresAt), cancellationToken);
        db.Record(caller, time.GetUtcNow(), "key.created", wanted.ProjectId, $"{issued.Key.Name} ({issued.Key.Prefix}…, {issued.Key.Role})");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/keys/{issued.Key.Id}", new NewKeyView(KeyView.Of(issued.Key), issued.Secret));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        long keyId, Caller caller, KeyCabinet keys, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!await keys.RevokeAsync(keyId, cancellationToken))
        {
            return Problem.Conflict("key_revoked", $"Key {keyId} is revoked already.");
        }

        db.Record(caller, time.GetUtcNow(), "key.revoked", null, $"key {keyId}");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>Who the caller is.</summary>
internal sealed record SessionView(string Name, Role Role, long? ProjectId, string? AntiforgeryToken);

/// <summary>What a new key shall be.</summary>
public sealed record NewKey
{
    [Required, StringLength(200)]
    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>The only project that it opens; leave it out for all.</summary>
    public long? ProjectId { get; init; }

    /// <summary>Good for one login.</summary>
    public bool IsOneTime { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A key without its secret.</summary>
internal sealed record KeyView(
    long Id, string Name, string Prefix, Role Role, long? ProjectId, bool IsOneTime,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt)
{
    public static KeyView Of(ApiKey key) =>
        new(key.Id, key.Name, key.Prefix, key.Role, key.ProjectId, key.IsOneTime, key.CreatedAt, key.ExpiresAt, key.UsedAt, key.RevokedAt);
}

/// <summary>A new key and its secret, this once.</summary>
internal sealed record NewKeyView(KeyView Key, string Secret);
