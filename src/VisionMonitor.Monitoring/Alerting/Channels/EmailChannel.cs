using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>Sends mail whose chart and images lie inside the message, in one thread from firing to recovery.</summary>
public sealed class EmailChannel : IAlertChannel
{
    private const int MostRecipients = 50;

    public string Id => "email";

    public string Name => "Email";

    public async Task<IReadOnlyList<string>> CheckAsync(string settings, OutboundNetwork network, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        if (ChannelJson.TryRead<EmailSettings>(settings, problems) is not { } email)
        {
            return problems;
        }

        if (email.Port is < 1 or > 65_535)
        {
            problems.Add("The port must be between 1 and 65535.");
        }

        if (email.To.Count is < 1 or > MostRecipients)
        {
            problems.Add($"Name 1 to {MostRecipients} recipients.");
        }

        problems.AddRange(email.To.Append(email.From).Where(address => !IsAddress(address)).Select(address => $"“{address}” is not an email address."));
        string? problem = Uri.CheckHostName(email.Host.Trim('[', ']')) == UriHostNameType.Unknown
            ? "The server must be a host name or an address."
            : await network.ProblemAsync(email.Host, email.Security != EmailSecurity.None, cancellationToken);
        if (problem is not null)
        {
            problems.Add(problem);
        }

        return problems;
    }

    public string Describe(string settings)
    {
        EmailSettings email = ChannelJson.Read<EmailSettings>(settings);
        string more = email.To.Count > 1 ? $" and {email.To.Count - 1} more" : "";
        return $"{email.To[0]}{more} by way of {email.Host}:{email.Port}";
    }

    public async Task<DeliveryResult> DeliverAsync(string settings, AlertMessage message, OutboundNetwork network, CancellationToken cancellationToken)
    {
        EmailSettings email = ChannelJson.Read<EmailSettings>(settings);
        using CancellationTokenSource limit = network.Limit();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using MimeMessage mail = EmailBody.Compose(email, message, network.Clock.GetUtcNow());
        try
        {
            using PatientSmtpClient smtp = new();
            // The client owns the stream once it is connected, and before that the connection has nothing to lose.
            Stream stream = await network.ConnectAsync(email.Host, email.Port, email.Security != EmailSecurity.None, either.Token);
            await smtp.ConnectAsync(stream, email.Host, email.Port, Security(email.Security), either.Token);
            if (email.UserName.Length > 0)
            {
                await smtp.AuthenticateAsync(email.UserName, email.Password, either.Token);
            }

            await smtp.SendAsync(mail, either.Token);
            // It has been taken; a server that is rude at the goodbye took it all the same, and may hang up with the stream.
            return new DeliveryResult.Delivered(smtp.Refused.Count == 0 ? null : $"Not taken for {string.Join(", ", smtp.Refused)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult.Retry("The mail server did not answer in time.");
        }
        catch (OutboundRefusedException refused)
        {
            return new DeliveryResult.Dead(refused.Message);
        }
        catch (AuthenticationException failure)
        {
            return new DeliveryResult.Dead($"The mail server refused the login: {failure.Message}");
        }
        catch (NotSupportedException failure)
        {
            return new DeliveryResult.Dead($"The mail server cannot do what the settings ask for: {failure.Message}");
        }
        catch (SmtpCommandException failure) when ((int)failure.StatusCode >= 500)
        {
            return new DeliveryResult.Dead($"The mail server refused it: {(int)failure.StatusCode} {failure.Message}");
        }
        catch (Exception failure) when (failure is SmtpCommandException or ProtocolException or SocketException or IOException or SslHandshakeException)
        {
            return new DeliveryResult.Retry($"The mail server could not take it: {failure.Message}");
        }
    }

    private static SecureSocketOptions Security(EmailSecurity security) => security switch
    {
        EmailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        EmailSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static bool IsAddress(string text) =>
        text.Length <= 320 && !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out MailboxAddress? address) && address.Address.Contains('@', StringComparison.Ordinal);

    /// <summary>One mistyped recipient must not keep an alarm from the others.</summary>
    private sealed class PatientSmtpClient : SmtpClient
    {
        public List<string> Refused { get; } = [];

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            // "Later" for one is "later" for all: the whole message comes again.
            if ((int)response.StatusCode < 500)
            {
                base.OnRecipientNotAccepted(message, mailbox, response);
            }

            Refused.Add($"{mailbox.Address} ({(int)response.StatusCode} {response.Response})");
        }

        protected override void OnNoRecipientsAccepted(MimeMessage message) =>
            throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, SmtpStatusCode.MailboxUnavailable, $"no recipient was accepted: {string.Join(", ", Refused)}");
    }
}
