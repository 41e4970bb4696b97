using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

/// <summary>A receiver of webhooks on loopback that answers as told: one request a connection, then it closes.</summary>
internal sealed class StubHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public StubHttpServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook?key=hidden";

    /// <summary>The whole answer, head and body.</summary>
    public string Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>Never answers.</summary>
    public bool Hangs { get; set; }

    public List<(Dictionary<string, string> Headers, byte[] Body)> Requests { get; } = [];

    public static string Status(string status, string headers = "", string body = "") =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
            for (string line = await LineAsync(stream); line.Length > 0; line = await LineAsync(stream))
            {
                if (line.Split(": ", 2) is [string name, string value])
                {
                    headers[name] = value;
                }
            }

            byte[] body = new byte[headers.TryGetValue("Content-Length", out string? length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
            await stream.ReadExactlyAsync(body, _stop.Token);
            lock (Requests)
            {
                Requests.Add((headers, body));
            }

            if (Hangs)
            {
                // Until the other side gives up.
                _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stop.Token);
                return;
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer), _stop.Token);
        }
        catch (IOException)
        {
            // The caller had enough.
        }
    }

    private async Task<string> LineAsync(NetworkStream stream)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1 && one[0] != '\n')
        {
            if (one[0] != '\r')
            {
                line.Append((char)one[0]);
            }
        }

        return line.ToString();
    }
}
