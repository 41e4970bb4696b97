using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

/// <summary>A mail server on loopback that knows just enough to take, refuse or postpone a message.</summary>
internal sealed class StubMailServer : LoopbackServer
{
    /// <summary>The answer to the end of the message.</summary>
    public string DataAnswer { get; set; } = "250 taken";

    /// <summary>Recipients whose address holds this are refused.</summary>
    public string? Refuses { get; set; }

    public List<MimeMessage> Messages { get; } = [];

    protected override async Task TalkAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.Latin1, leaveOpen: true);
        await using StreamWriter writer = new(stream, Encoding.Latin1, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        if (Hangs)
        {
            await reader.ReadLineAsync(Stop);
            return;
        }

        await writer.WriteLineAsync("220 stub");
        while (await reader.ReadLineAsync(Stop) is { } command)
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

    private async Task TakeAsync(StreamReader reader)
    {
        StringBuilder text = new();
        while (await reader.ReadLineAsync(Stop) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        using MemoryStream bytes = new(Encoding.Latin1.GetBytes(text.ToString()));
        if (DataAnswer.StartsWith('2'))
        {
            Messages.Add(await MimeMessage.LoadAsync(bytes, Stop));
        }
    }
}
