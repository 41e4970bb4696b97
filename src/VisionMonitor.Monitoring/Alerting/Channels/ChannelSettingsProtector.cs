using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>Checks the settings of a channel before they are saved, and keeps them encrypted at rest.</summary>
public sealed class ChannelSettingsProtector(IDataProtectionProvider protection, OutboundNetwork network)
{
    private readonly IDataProtector _protector = protection.CreateProtector("VisionMonitor.AlertChannel.v1");

    /// <summary>What is wrong with settings, in sentences; empty where they can be saved.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(string kind, string settings, CancellationToken cancellationToken) =>
        AlertChannels.Find(kind) is { } channel
            ? await channel.CheckAsync(settings, network, cancellationToken)
            : [$"There is no channel of the kind “{kind}”; there are: {string.Join(", ", AlertChannels.All.Select(known => known.Id))}."];

    /// <summary>The text for <see cref="AlertChannel.ProtectedSettings"/>.</summary>
    public string Protect(string settings) => _protector.Protect(settings);

    /// <summary>The settings of a channel; null where the key that protected them is gone.</summary>
    public string? Reveal(AlertChannel channel)
    {
        try
        {
            return _protector.Unprotect(channel.ProtectedSettings);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Where a channel leads, without any secret.</summary>
    public string Describe(AlertChannel channel) => Reveal(channel) is { } settings && AlertChannels.Find(channel.Kind) is { } kind
        ? kind.Describe(settings)
        : "its settings cannot be read; enter them again";
}
