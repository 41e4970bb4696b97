using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

/// <summary>A server on a free port of loopback that talks to one caller after the other until it is disposed.</summary>
internal abstract class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    protected LoopbackServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Takes the connection and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>Ends when the server is disposed.</summary>
    protected CancellationToken Stop => _stop.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    protected abstract Task TalkAsync(NetworkStream stream);

    /// <summary>Reads a request whose body has a length: its first line, head and body.</summary>
    protected async Task<(string Line, Dictionary<string, string> Headers, byte[] Body)> RequestAsync(NetworkStream stream)
    {
        string first = await LineAsync(stream);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        for (string line = await LineAsync(stream); line.Length > 0; line = await LineAsync(stream))
        {
            if (line.Split(": ", 2) is [string name, string value])
            {
                headers[name] = value;
            }
        }

        byte[] body = new byte[headers.TryGetValue("Content-Length", out string? length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, Stop);
        return (first, headers, body);
    }

    private async Task<string> LineAsync(NetworkStream stream)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, Stop) == 1 && one[0] != '\n')
        {
            if (one[0] != '\r')
            {
                line.Append((char)one[0]);
            }
        }

        return line.ToString();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(Stop);
                try
                {
                    await TalkAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The caller had enough.
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }
}
