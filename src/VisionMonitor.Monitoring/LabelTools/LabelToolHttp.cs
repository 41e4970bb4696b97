using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using VisionMonitor.Monitoring.Alerting.Channels;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>
/// Requests to a label tool, by the house's one way out: what may pass is tried again, what the tool says is judged once. Redirects are followed for
/// downloads only, and without the token.
/// </summary>
public sealed class LabelToolHttp(OutboundNetwork network, LabelToolOptions options)
{
    private const int MostJsonBytes = 32 * 1024 * 1024;
    private const int MostRedirects = 5;

    /// <summary>A body of JSON with its length: some servers and proxies take no chunks.</summary>
    public static HttpContent Body(object value) =>
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>The JSON of an answer; an undefined element where its body is empty.</summary>
    /// <param name="request">Makes the request anew for every attempt.</param>
    /// <param name="cancellationToken">Stops between attempts.</param>
    /// <param name="alsoAccepted">Statuses beside 2xx whose body is an answer too.</param>
    /// <exception cref="LabelToolException">The tool is not reached, or refuses.</exception>
    public async Task<(HttpStatusCode Status, JsonElement Json)> JsonAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken, params HttpStatusCode[] alsoAccepted) =>
        await SendAsync(request, async (response, token) => (response.StatusCode, Parse(await BytesAsync(response, token), response)), alsoAccepted, cancellationToken);

    /// <summary>Fetches a file.</summary>
    /// <exception cref="LabelToolException">The tool is not reached, refuses, or sends more than is taken.</exception>
    public async Task DownloadAsync(Func<HttpRequestMessage> request, string path, CancellationToken cancellationToken)
    {
        Func<HttpRequestMessage> next = request;
        for (int redirects = 0; redirects <= MostRedirects; redirects++)
        {
            Uri? onward = await SendAsync(next, (response, token) => TakeAsync(response, path, token), [HttpStatusCode.Found, HttpStatusCode.SeeOther, HttpStatusCode.TemporaryRedirect, HttpStatusCode.MovedPermanently, HttpStatusCode.PermanentRedirect], cancellationToken);
            if (onward is null)
            {
                return;
            }

            next = () => new HttpRequestMessage(HttpMethod.Get, onward);
        }

        throw new LabelToolException("label_tool_refused", "The tool sends a download from one address to the next without end.");
    }

    /// <summary>Asks again and again, until it is done.</summary>
    /// <param name="isDone">Asks once.</param>
    /// <param name="what">What is waited for, for people to read.</param>
    /// <param name="cancellationToken">Stops between two looks.</param>
    /// <exception cref="LabelToolException">It is not done after the last look; transient.</exception>
    public async Task WaitAsync(Func<Task<bool>> isDone, string what, CancellationToken cancellationToken)
    {
        for (int look = 0; look < options.MostPolls; look++)
        {
            if (await isDone())
            {
                return;
            }

            await Task.Delay(options.PollWait, network.Clock, cancellationToken);
        }

        throw new LabelToolException("label_tool_slow", $"The tool is not done with {what} yet; it is tried again later.", isTransient: true);
    }

    private async Task<T> SendAsync<T>(Func<HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<T>> take, HttpStatusCode[] alsoAccepted, CancellationToken cancellationToken)
    {
        TimeSpan wait = options.FirstWait;
        for (int attempt = 1; ; attempt++)
        {
            LabelToolException failure;
            using CancellationTokenSource limit = new(options.TimeLimit, network.Clock);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using HttpRequestMessage request = make();
            string host = request.RequestUri!.Authority;
            try
            {
                using HttpResponseMessage response = await network.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
                if (response.IsSuccessStatusCode || alsoAccepted.Contains(response.StatusCode))
                {
                    return await take(response, either.Token);
                }

                failure = await JudgeAsync(response, host, either.Token);
                wait = response.Headers.RetryAfter?.Delta is { } asked && asked < options.TimeLimit ? asked : wait;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failure = new("label_tool_unreachable", $"{host} did not answer in time.", isTransient: true);
            }
            catch (HttpRequestException broken) when (broken.InnerException is OutboundRefusedException refused)
            {
                failure = new("label_tool_not_allowed", refused.Message);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException)
            {
                failure = new("label_tool_unreachable", $"No connection to {host}: {broken.InnerException?.Message ?? broken.Message}", isTransient: true);
            }

            if (!failure.IsTransient || attempt >= options.Attempts)
            {
                throw failure;
            }

            await Task.Delay(wait, network.Clock, cancellationToken);
            wait *= 4;
        }
    }

    private static async Task<LabelToolException> JudgeAsync(HttpResponseMessage response, string host, CancellationToken cancellationToken)
    {
        string said = $"{(int)response.StatusCode} {response.ReasonPhrase}{await WebhookChannel.ExcerptAsync(response, cancellationToken)}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new("label_tool_unauthorized", $"{host} does not accept the token ({said}); enter a new one in the project's settings."),
            HttpStatusCode.NotFound => new("label_tool_not_found", $"{host} does not know what was asked for: {said}"),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => new("label_tool_failed", $"{host} answered {said}", isTransient: true),
            _ => new("label_tool_refused", $"{host} refused: {said}"),
        };
    }

    private static JsonElement Parse(byte[] body, HttpResponseMessage response)
    {
        if (body.Length == 0)
        {
            return default;
        }

        try
        {
            return JsonElement.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (JsonException)
        {
            throw new LabelToolException("label_tool_not_understood", $"{response.RequestMessage!.RequestUri!.Authority} did not answer with JSON; is the address that of the tool itself?");
        }
    }

    private static async Task<byte[]> BytesAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using MemoryStream body = new();
        await CopyAsync(stream, body, MostJsonBytes, cancellationToken);
        return body.ToArray();
    }

    private async Task<Uri?> TakeAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            Uri location = response.Headers.Location ?? throw new LabelToolException("label_tool_refused", "The tool sends a download elsewhere, but does not say where.");
            Uri onward = location.IsAbsoluteUri ? location : new Uri(response.RequestMessage!.RequestUri!, location);
            return await network.ProblemAsync(onward.AbsoluteUri, cancellationToken) is { } problem ? throw new LabelToolException("label_tool_not_allowed", problem) : onward;
        }

        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using FileStream file = File.Create(path);
        await CopyAsync(stream, file, options.MaximumFileBytes, cancellationToken);
        return null;
    }

    private static async Task CopyAsync(Stream from, Stream to, long most, CancellationToken cancellationToken)
    {
        byte[] some = new byte[81_920];
        long all = 0;
        for (int count = await from.ReadAsync(some, cancellationToken); count > 0; count = await from.ReadAsync(some, cancellationToken))
        {
            all += count;
            if (all > most)
            {
                throw new LabelToolException("label_tool_answer_too_large", $"The tool sends more than {most} bytes.");
            }

            await to.WriteAsync(some.AsMemory(0, count), cancellationToken);
        }
    }
}
