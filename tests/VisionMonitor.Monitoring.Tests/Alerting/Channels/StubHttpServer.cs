using System.Net.Sockets;
using System.Text;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

/// <summary>A receiver of webhooks on loopback that answers as told: one request a connection, then it closes.</summary>
internal sealed class StubHttpServer : LoopbackServer
{
    public string Url => $"http://127.0.0.1:{Port}/hook?key=hidden";

    /// <summary>The whole answer, head and body.</summary>
    public string Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    public List<(Dictionary<string, string> Headers, byte[] Body)> Requests { get; } = [];

    public static string Status(string status, string headers = "", string body = "") =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    protected override async Task TalkAsync(NetworkStream stream)
    {
        (_, Dictionary<string, string> headers, byte[] body) = await RequestAsync(stream);
        lock (Requests)
        {
            Requests.Add((headers, body));
        }

        if (Hangs)
        {
            // Until the other side gives up.
            _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Stop);
            return;
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer), Stop);
    }
}
