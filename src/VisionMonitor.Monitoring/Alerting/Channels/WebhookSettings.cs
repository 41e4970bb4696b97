using System.Security.Cryptography;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>Where a webhook goes and how it is signed.</summary>
public sealed record WebhookSettings
{
    /// <summary>An https address; http only for destinations that the operator allows.</summary>
    public required string Url { get; init; }

    /// <summary>Key of the signature, at least 16 characters.</summary>
    public required string Secret { get; init; }

    /// <summary>Whether the chart and the worst images travel with it, as base64.</summary>
    public bool IncludesPictures { get; init; } = true;

    /// <summary>A random key of 256 bits.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>As it is stored, before encryption.</summary>
    public string ToJson() => ChannelJson.Write(this);
}
