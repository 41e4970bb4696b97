using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

/// <summary>A mail server on loopback that knows just enough to take, refuse or postpone a message.</summary>
internal sealed class StubMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public StubMailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The answer to the end of the message.</summary>
    public string DataAnswer { get; set; } = "250 taken";

    /// <summary>Recipients whose address holds this are refused.</summary>
    public string? Refuses { get; set; }

    /// <summary>Accepts the connection and says nothing.</summary>
    public bool Hangs { get; set; }

    public List<MimeMessage> Messages { get; } = [];

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
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        try
        {
            using StreamReader reader = new(stream, Encoding.Latin1, leaveOpen: true);
            await using StreamWriter writer = new(stream, Encoding.Latin1, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
            if (Hangs)
            {
                await reader.ReadLineAsync(_stop.Token);
                return;
            }

            await writer.WriteLineAsync("220 stub");
            while (await reader.ReadLineAsync(_stop.Token) is { } command)
            {
                string verb = command.Split(' ')[0].ToUpperInvariant();
                await writer.WriteLineAsync(verb switch
                {
                    "DATA" => "354 go on",
                    "RCPT" when Refuses is { } refused && command.Contains(refused, StringComparison.Ordinal) => "550 no such person",
                    _ => "250 ok",
                });
                if (verb == "DATA")
                {
                    await TakeAsync(reader);
                    await writer.WriteLineAsync(DataAnswer);
                }
            }
        }
        catch (IOException)
        {
            // The caller had enough.
        }
    }

    private async Task TakeAsync(StreamReader reader)
    {
        StringBuilder text = new();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        using MemoryStream bytes = new(Encoding.Latin1.GetBytes(text.ToString()));
        if (DataAnswer.StartsWith('2'))
        {
            Messages.Add(await MimeMessage.LoadAsync(bytes, _stop.Token));
        }
    }
}
