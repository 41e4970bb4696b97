using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>What CVAT posts when a job changes: <c>X-Signature-256</c> is <c>sha256=</c> and the hexadecimal HMAC-SHA256 of the body.</summary>
public static class CvatWebhook
{
    /// <summary>The header of the signature.</summary>
    public const string SignatureHeader = "X-Signature-256";

    private const string Prefix = "sha256=";

    /// <summary>Whether a body was signed with the secret of the settings; never where there is no secret.</summary>
    public static bool IsSigned(string settings, string? signature, ReadOnlySpan<byte> body)
    {
        string secret = CvatTool.Read(settings).WebhookSecret;
        if (secret.Length == 0 || signature is null || !signature.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        byte[] expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(signature[Prefix.Length..].ToLowerInvariant()));
    }

    /// <summary>Whether it tells of a job or task that changed, so that it is worth looking for finished work.</summary>
    public static bool IsAboutWork(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            return json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("event", out JsonElement name)
                && name.ValueKind == JsonValueKind.String && name.GetString() is "update:job" or "update:task";
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
