using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>Posts what Alertmanager would post, and more, so that existing receivers work; signed with a key of its own.</summary>
public sealed class WebhookChannel : IAlertChannel
{
    /// <summary>"t=" and Unix seconds, then ",v1=" and the lower-case hexadecimal HMAC-SHA256 of "seconds.body".</summary>
    public const string SignatureHeader = "X-VisionMonitor-Signature";

    private const int ReadBytes = 64 * 1024;

    public string Id => "webhook";

    public string Name => "Webhook";

    public async Task<IReadOnlyList<string>> CheckAsync(string settings, OutboundNetwork network, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        if (ChannelJson.TryRead<WebhookSettings>(settings, problems) is { } webhook)
        {
            if (webhook.Secret.Length is < 16 or > 200)
            {
                problems.Add("The secret must have 16 to 200 characters.");
            }

            if (await network.ProblemAsync(webhook.Url, cancellationToken) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems;
    }

    public string Describe(string settings)
    {
        // Paths and queries of webhooks are often keys themselves.
        Uri uri = new(ChannelJson.Read<WebhookSettings>(settings).Url);
        return $"{uri.GetLeftPart(UriPartial.Authority)}/…, signed";
    }

    public async Task<DeliveryResult> DeliverAsync(string settings, AlertMessage message, OutboundNetwork network, CancellationToken cancellationToken)
    {
        WebhookSettings webhook = ChannelJson.Read<WebhookSettings>(settings);
        using CancellationTokenSource limit = network.Limit();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using HttpRequestMessage request = Request(webhook, message, network.Clock.GetUtcNow());
        try
        {
            using HttpResponseMessage response = await network.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            // What a receiver says after "yes" is not waited for.
            return response.IsSuccessStatusCode ? new DeliveryResult.Delivered() : await JudgeAsync(response, network.Clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult.Retry("The receiver did not answer in time.");
        }
        catch (HttpRequestException failure) when (failure.InnerException is OutboundRefusedException refused)
        {
            return new DeliveryResult.Dead(refused.Message);
        }
        catch (HttpRequestException failure)
        {
            return new DeliveryResult.Retry($"No connection: {failure.InnerException?.Message ?? failure.Message}");
        }
    }

    /// <summary>The value of the signature header.</summary>
    public static string Sign(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        string seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(seconds + "."), .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    private static HttpRequestMessage Request(WebhookSettings webhook, AlertMessage message, DateTimeOffset now)
    {
        byte[] body = WebhookBody.Write(message, webhook.IncludesPictures);
        HttpRequestMessage request = new(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(SignatureHeader, Sign(webhook.Secret, now, body));
        request.Headers.Add("Idempotency-Key", message.Id);
        request.Headers.Add("X-VisionMonitor-Dedup-Key", WebhookBody.Fingerprint(message.Alerts[0].IncidentId));
        return request;
    }

    private static async Task<DeliveryResult> JudgeAsync(HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        string reason = $"The receiver answered {status} {response.ReasonPhrase}{await ExcerptAsync(response, cancellationToken)}";
        return response.StatusCode switch
        {
            HttpStatusCode.MovedPermanently or HttpStatusCode.PermanentRedirect => new DeliveryResult.Dead($"{reason}: redirects are not followed, save the new address"),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => new DeliveryResult.Retry(reason, RetryAfter(response, clock)),
            _ when status is >= 400 and < 500 => new DeliveryResult.Dead(reason),
            _ => new DeliveryResult.Retry(reason, RetryAfter(response, clock)),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock) =>
        response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - clock.GetUtcNow();

    // The status is known by now: a body that is endless, slow or broken changes nothing.
    internal static async Task<string> ExcerptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[ReadBytes];
        int count = 0;
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }

        string text = new([.. Encoding.UTF8.GetString(bytes, 0, Math.Min(count, 800)).Select(letter => char.IsControl(letter) ? ' ' : letter)]);
        return text.Trim() is { Length: > 0 } said ? $": {(said.Length > 200 ? said[..200] + "…" : said)}" : "";
    }
}
