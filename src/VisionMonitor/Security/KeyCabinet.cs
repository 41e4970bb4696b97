using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Security;

/// <summary>Issues keys and recognises them. The secret is shown once; only its hash is kept.</summary>
public sealed class KeyCabinet(IDbContextFactory<MonitoringDbContext> contexts, TimeProvider time)
{
    private const string KeyPrefix = "vmk_";
    private const int ShownLength = 10;

    /// <summary>Makes a key of 256 random bits.</summary>
    public async Task<IssuedKey> IssueAsync(KeyOrder order, CancellationToken cancellationToken)
    {
        string secret = KeyPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        ApiKey key = new()
        {
            Name = order.Name,
            KeyHash = Hash(secret),
            Prefix = secret[..ShownLength],
            Role = order.Role,
            ProjectId = order.ProjectId,
            IsOneTime = order.IsOneTime,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = order.ExpiresAt,
        };
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        context.ApiKeys.Add(key);
        await context.SaveChangesAsync(cancellationToken);
        return new IssuedKey(key, secret);
    }

    /// <summary>The caller of a lasting key; null when it is unknown, expired, revoked or only good for a login.</summary>
    public async Task<Caller?> RecognizeAsync(string secret, CancellationToken cancellationToken)
    {
        ApiKey? key = await FindAsync(secret, cancellationToken);
        return key is null || key.IsOneTime || !IsOpen(key) ? null : CallerOf(key);
    }

    /// <summary>The caller whom a login token or a lasting key lets in; a one-time token is used up by it. Null when it opens nothing.</summary>
    public async Task<Caller?> RedeemAsync(string secret, CancellationToken cancellationToken)
    {
        ApiKey? key = await FindAsync(secret, cancellationToken);
        if (key is null || !IsOpen(key))
        {
            return null;
        }

        if (key.IsOneTime)
        {
            DateTimeOffset now = time.GetUtcNow();
            await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
            int used = await context.ApiKeys.Where(row => row.Id == key.Id && row.UsedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellationToken);
            if (used == 0)
            {
                return null;
            }
        }

        return CallerOf(key);
    }

    /// <summary>Whether a login that came from this key still stands. Called for every request, so that revoking takes effect at once.</summary>
    public async Task<bool> StandsAsync(long keyId, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        ApiKey? key = await context.ApiKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == keyId, cancellationToken);

        // The lifetime of a one-time token limits the login, not the session that came of it.
        return key is not null && key.RevokedAt is null && (key.IsOneTime || IsOpen(key));
    }

    /// <summary>Closes a key, and every login that came from it.</summary>
    /// <returns>Whether there was an open key to close.</returns>
    public async Task<bool> RevokeAsync(long keyId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ApiKeys.Where(row => row.Id == keyId && row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancellationToken) > 0;
    }

    private async Task<ApiKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        if (!secret.StartsWith(KeyPrefix, StringComparison.Ordinal) || secret.Length > 200)
        {
            return null;
        }

        // Looking up the hash of 256 random bits tells an attacker nothing by its timing.
        string hash = Hash(secret);
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ApiKeys.AsNoTracking().SingleOrDefaultAsync(row => row.KeyHash == hash, cancellationToken);
    }

    private bool IsOpen(ApiKey key) =>
        key.RevokedAt is null && (key.ExpiresAt is not { } end || end > time.GetUtcNow()) && !(key.IsOneTime && key.UsedAt is not null);

    private static Caller CallerOf(ApiKey key) => new(key.Id, key.Name, key.Role, key.ProjectId);

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <summary>What a new key shall be.</summary>
/// <param name="Name">For people to recognise it by.</param>
/// <param name="Role">What it may do.</param>
/// <param name="ProjectId">The only project that it opens; null for all.</param>
/// <param name="IsOneTime">Good for one login only.</param>
/// <param name="ExpiresAt">From then on it opens nothing; null for never.</param>
public sealed record KeyOrder(string Name, Role Role, long? ProjectId = null, bool IsOneTime = false, DateTimeOffset? ExpiresAt = null);

/// <summary>A new key and, this once, its secret.</summary>
public sealed record IssuedKey(ApiKey Key, string Secret);
