using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using VisionMonitor.Monitoring.Tests.Alerting.Channels;

namespace VisionMonitor.Monitoring.Tests.LabelTools;

/// <summary>A label tool's server on loopback: a subclass answers as its documentation says, and a test may break single answers.</summary>
internal abstract class StubToolServer : LoopbackServer
{
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>"METHOD path?query" of every request.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Answers instead of the tool where it gives an answer.</summary>
    public Func<StubRequest, StubAnswer?> Breaks { get; set; } = _ => null;

    protected override async Task TalkAsync(NetworkStream stream)
    {
        (string line, Dictionary<string, string> headers, byte[] body) = await RequestAsync(stream);
        if (line.Split(' ') is not [string method, string target, ..])
        {
            return;
        }

        Asked.Add($"{method} {target}");
        string[] parts = target.Split('?', 2);
        Dictionary<string, string> query = parts.Length == 1 ? [] : parts[1].Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        StubRequest request = new(method, parts[0], query, headers, body);
        StubAnswer answer = Breaks(request) ?? Answer(request);
        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} Stub\r\n{answer.Head}Content-Length: {answer.Body.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync((byte[])[.. head, .. answer.Body], Stop);
    }

    protected abstract StubAnswer Answer(StubRequest request);
}

internal sealed record StubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string[] Steps => Path.Trim('/').Split('/');

    public JsonElement Json => JsonElement.Parse(Body);
}

internal sealed record StubAnswer(int Status, byte[] Body, string Head = "")
{
    public static StubAnswer Json(object value, int status = 200) => new(status, JsonSerializer.SerializeToUtf8Bytes(value));

    public static StubAnswer Plain(int status, string text = "") => new(status, Encoding.UTF8.GetBytes(text));
}
